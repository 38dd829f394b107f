/** What a visit's patient knows of it from us. Pure. */
import type { MessageKind, MessageState, SuppressionReason } from './message.ts';

/** A message of the visit as it is known. */
export interface KnownMessage {
	id: string;
	kind: MessageKind;
	cause: string;
	state: MessageState;
	suppression: SuppressionReason | null;
	aboutStart: number | null;
	dueAt: number;
	ruleId: string | null;
	settledAt: number | null;
}

/** Those that say when the visit is. */
const SAYING_WHEN = ['confirmation', 'reminder', 'same-day-reminder', 'change'] as const;
/** Those that reached, or will have reached, the patient. */
const REACHED = ['sending', 'sent', 'delivered'] as const;

type Part = Pick<KnownMessage, 'kind' | 'state' | 'aboutStart' | 'settledAt'>;

const isOf = <T extends string>(list: readonly T[], one: string) =>
	(list as readonly string[]).includes(one);

/**
 * @returns the start that the patient was told last (epoch milliseconds), `cancelled` where that was the last word;
 *   `null`: nothing was told
 */
export function lastTold(known: readonly Part[]): number | 'cancelled' | null {
	const told = known
		.filter(
			({ kind, state }) =>
				isOf(REACHED, state) && (kind === 'cancellation' || isOf(SAYING_WHEN, kind))
		)
		// One that is on its way is the last.
		.toSorted((a, b) => (a.settledAt ?? Infinity) - (b.settledAt ?? Infinity))
		.at(-1);
	if (!told) return null;
	return told.kind === 'cancellation' ? 'cancelled' : told.aboutStart;
}

/**
 * @returns the start that the patient has in mind though we told nothing: of a visit that was brought along from
 *   elsewhere and had its reminders queued; `null`: none that we know
 */
export function startInMind(known: readonly Part[]): number | null {
	// What was never confirmed is a time that nobody was told yet.
	if (known.some(({ kind }) => kind === 'confirmation')) return null;
	const first = known.find(
		({ kind, aboutStart }) => isOf(SAYING_WHEN, kind) && aboutStart !== null
	);
	return first?.aboutStart ?? null;
}
