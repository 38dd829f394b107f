/** What was refused, to be asked for again beside other changes. */
import type { Part } from '#domain/scheduling/intents.ts';
import type { PendingPart } from '#web/lib/board/visit.ts';

/**
 * @param refused parts of one intent; a single one still is in its envelope
 * @returns them as parts of another intent; blocks under new ids, for the same id is the same thing
 */
export function askedAgain(
	refused: readonly Pick<PendingPart, 'part'>[],
	newId: () => string = () => crypto.randomUUID()
): Part[] {
	return refused.map(({ part }) => {
		const { id: _, madeAt: __, ...bare } = part as Part & { id?: string; madeAt?: number };
		return bare.kind === 'block' ? { ...bare, blockId: newId() } : (bare as Part);
	});
}
