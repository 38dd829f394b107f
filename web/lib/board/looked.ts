/** What changed on a board since this person looked at it last. Pure. */
import type { AppointmentRow } from '#domain/board/documents.ts';
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';

/** What a card was like: enough to say what is another now, and nothing of who the patient is. */
export type Seen = Pick<
	AppointmentRow,
	'revision' | 'startsAt' | 'durationMinutes' | 'practitionerId' | 'roomId' | 'status'
>;

/** A board as it was looked at last. */
export interface Look {
	/** Epoch milliseconds. */
	at: number;
	/** By appointment id. */
	cards: Record<string, Seen>;
}

export interface Change {
	id: string;
	/** `null`: it was not there. */
	from: Seen | null;
	/** `null`: it is on another day now. */
	to: Seen | null;
}

export function lookAt(rows: ReadonlyMap<string, AppointmentRow>, at: number): Look {
	const cards = [...rows].map(([id, row]) => {
		const { revision, startsAt, durationMinutes, practitionerId, roomId, status } = row;
		return [id, { revision, startsAt, durationMinutes, practitionerId, roomId, status }];
	});
	return { at, cards: Object.fromEntries(cards) as Look['cards'] };
}

/** @returns what is another since, in the order of the day */
export function changesSince(look: Look, rows: ReadonlyMap<string, AppointmentRow>): Change[] {
	const now = lookAt(rows, 0).cards;
	const ids = new Set([...Object.keys(look.cards), ...Object.keys(now)]);
	const startOf = ({ from, to }: Change) => (to ?? from)!.startsAt;
	return [...ids]
		.map((id) => ({ id, from: look.cards[id] ?? null, to: now[id] ?? null }))
		.filter(({ from, to }) => from?.revision !== to?.revision)
		.sort((a, b) => startOf(a) - startOf(b));
}

interface WordsContext {
	nameOf(id: string): string | undefined;
	statusLabel(status: AppointmentStatus): string;
	zone: string;
	date: string;
}

/** @returns `moved 10:00 → 11:00, now 'Arrived'` */
export function changeWords({ from, to }: Change, context: WordsContext): string {
	const at = ({ startsAt }: Seen) => timeOf(startsAt, context);
	if (to === null) return from === null ? '' : `${at(from)}, moved to another day`;
	if (from === null) return `new at ${at(to)}`;
	const words: string[] = [];
	if (from.startsAt !== to.startsAt) words.push(`moved ${at(from)} → ${at(to)}`);
	for (const field of ['practitionerId', 'roomId'] as const) {
		if (from[field] !== to[field]) words.push(`now ${context.nameOf(to[field]) ?? 'elsewhere'}`);
	}
	if (from.durationMinutes !== to.durationMinutes) {
		words.push(`${from.durationMinutes} → ${to.durationMinutes} min`);
	}
	if (from.status !== to.status) words.push(`now '${context.statusLabel(to.status)}'`);
	const told = words.join(', ') || 'details changed';
	return from.startsAt === to.startsAt ? `${at(to)}, ${told}` : told;
}
