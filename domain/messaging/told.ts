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
	/** The doctor whom it named when it was last about to be sent; `null`: not known. */
	aboutPractitionerId: string | null;
	dueAt: number;
	ruleId: string | null;
	settledAt: number | null;
}

/** Those that say when the visit is. */
const SAYING_WHEN = ['confirmation', 'reminder', 'same-day-reminder', 'change', 'delay'] as const;
/** Those that reached, or will have reached, the patient. */
const REACHED = ['sending', 'sent', 'delivered'] as const;

type Part = Pick<
	KnownMessage,
	'kind' | 'state' | 'aboutStart' | 'aboutPractitionerId' | 'settledAt'
>;

/** What somebody has in mind of a visit. */
export interface InMind {
	/** Epoch milliseconds. */
	startsAt: number;
	/** `null`: not known. */
	practitionerId: string | null;
}

const isOf = <T extends string>(list: readonly T[], one: string) =>
	(list as readonly string[]).includes(one);

/**
 * @returns what the patient was told last, `cancelled` where that was the last word; `null`: nothing was told
 */
export function lastTold(known: readonly Part[]): InMind | 'cancelled' | null {
	const told = known
		.filter(
			({ kind, state }) =>
				isOf(REACHED, state) && (kind === 'cancellation' || isOf(SAYING_WHEN, kind))
		)
		// One that is on its way is the last.
		.toSorted((a, b) => (a.settledAt ?? Infinity) - (b.settledAt ?? Infinity))
		.at(-1);
	if (!told) return null;
	if (told.kind === 'cancellation') return 'cancelled';
	return told.aboutStart === null
		? null
		: { startsAt: told.aboutStart, practitionerId: told.aboutPractitionerId };
}

/** @returns whether a visit still is what somebody has in mind */
export function isAsInMind(
	{ startsAt, practitionerId }: InMind,
	visit: { startsAt: number; practitionerId: string }
): boolean {
	return (
		startsAt === visit.startsAt &&
		(practitionerId === null || practitionerId === visit.practitionerId)
	);
}
