/**
 * What a draft of a day holds: one flat map, key: the visit or the doctor that an entry is about, value: a plain object.
 * Browsers write it, so every value is looked at before it counts. Pure.
 */
import { z } from 'zod';
import {
	CANCEL_REASONS,
	durationSchema,
	instantSchema,
	MAX_PARTS,
	revisionSchema
} from '../scheduling/intents.ts';

/** A draft is carried out as one intent, and so holds no more than one does. */
export const MAX_CHANGES = MAX_PARTS;

/** A doctor's day is cut into so many pieces at the most by what takes their time already. */
export const MAX_SPANS = 12;

/** Entries of which nothing can be read are shown by their keys, no more of them than this. */
const MOST_UNREADABLE = 20;

const id = z.uuid();

/** Who put it there; the server sees to it that it is true. */
const bySchema = z.strictObject({ userId: id, name: z.string().min(1).max(200) });

const placeSchema = z.strictObject({ startsAt: instantSchema, practitionerId: id, roomId: id });

const aboutVisit = {
	by: bySchema,
	/** Where the visit lay, and its revision, when this was drafted. */
	from: placeSchema,
	basedOnRevision: revisionSchema
};

const changeSchema = z.discriminatedUnion('kind', [
	/** The visit goes somewhere else; its length stays. */
	z.strictObject({ ...aboutVisit, kind: z.literal('move'), to: placeSchema }),
	/** It loses its time and waits for somebody to find another. */
	z.strictObject({ ...aboutVisit, kind: z.literal('review') }),
	z.strictObject({ ...aboutVisit, kind: z.literal('cancel'), reason: z.enum(CANCEL_REASONS) }),
	/** A doctor is not there; the key is the doctor's id. */
	z.strictObject({
		...{ kind: z.literal('away'), by: bySchema },
		spans: z
			.array(
				z.strictObject({ blockId: id, startsAt: instantSchema, durationMinutes: durationSchema })
			)
			.min(1)
			.max(MAX_SPANS)
	})
]);

export type DraftChange = z.infer<typeof changeSchema>;
export type DraftChangeOf<K extends DraftChange['kind']> = Extract<DraftChange, { kind: K }>;
export type VisitChange = Exclude<DraftChange, { kind: 'away' }>;
export type DraftPlace = z.infer<typeof placeSchema>;
export type DraftAuthor = z.infer<typeof bySchema>;

/** A draft as it can be read. */
export interface Draft {
	/** By appointment id. */
	visits: ReadonlyMap<string, VisitChange>;
	/** By practitioner id. */
	away: ReadonlyMap<string, DraftChangeOf<'away'>>;
	/** Keys of entries that say nothing that can be read: they change nothing. */
	unreadable: string[];
	/** It holds more changes than can be carried out at once. */
	isOverfull: boolean;
}

/** @returns one entry of a draft, or `null` for whatever is none */
export function parseDraftChange(key: string, value: unknown): DraftChange | null {
	if (!id.safeParse(key).success) return null;
	const parsed = changeSchema.safeParse(value);
	return parsed.success ? parsed.data : null;
}

/** @param entries of the shared map, in whatever order */
export function readDraft(entries: Iterable<[key: string, value: unknown]>): Draft {
	const visits = new Map<string, VisitChange>();
	const away = new Map<string, DraftChangeOf<'away'>>();
	const unreadable: string[] = [];
	for (const [key, value] of entries) {
		const change = parseDraftChange(key, value);
		if (change === null) unreadable.push(key.slice(0, 60));
		else if (change.kind === 'away') away.set(key, change);
		else visits.set(key, change);
	}
	const parts = visits.size + [...away.values()].reduce((sum, { spans }) => sum + spans.length, 0);
	return {
		...{ visits, away, isOverfull: parts > MAX_CHANGES },
		unreadable: unreadable.sort().slice(0, MOST_UNREADABLE)
	};
}

export const isSamePlace = (a: DraftPlace, b: DraftPlace) =>
	a.startsAt === b.startsAt && a.practitionerId === b.practitionerId && a.roomId === b.roomId;

export const placeOf = ({ startsAt, practitionerId, roomId }: DraftPlace): DraftPlace => ({
	...{ startsAt, practitionerId, roomId }
});
