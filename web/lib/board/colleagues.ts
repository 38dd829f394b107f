/** Who looks at the same document, from what its presence says. */
import type { Colleague } from './board-shapes.ts';

/** @param states by client id, as the server stamped them. @returns everybody but oneself */
export function colleaguesIn(
	states: ReadonlyMap<number, Record<string, unknown>>,
	ownClientId: number
): Colleague[] {
	const others: Colleague[] = [];
	for (const [clientId, state] of states) {
		const { user, at = null, drag = null } = state as Partial<Colleague>;
		if (clientId !== ownClientId && user) others.push({ clientId, user, at, drag });
	}
	return others;
}
