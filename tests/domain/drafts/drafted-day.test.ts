import { describe, expect, it } from 'vitest';
import type { AppointmentRow, BlockRow, PersonRow } from '#domain/board/documents.ts';
import type { BoardIndex } from '#domain/board/situation.ts';
import {
	MAX_CHANGES,
	parseDraftChange,
	readDraft,
	type DraftChange,
	type DraftPlace
} from '#domain/drafts/draft-change.ts';
import { draftedDay } from '#domain/drafts/drafted-day.ts';
import { awaySpans } from '#domain/drafts/doctor-away.ts';
import { partsOfDraft } from '#domain/drafts/draft-parts.ts';
import { nearestPlaces, placesForAll } from '#domain/drafts/nearest-places.ts';
import { intentSchema } from '#domain/scheduling/intents.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';

const MIDNIGHT = Date.UTC(2027, 0, 4);
const at = (hour: number, minute = 0) => MIDNIGHT + (hour * 60 + minute) * MINUTE_MS;
const uuid = (place: number) => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;
const [ANNA, BERT, CARL] = [uuid(1), uuid(2), uuid(3)];
const [ROOM_1, ROOM_2, ROOM_3] = [uuid(11), uuid(12), uuid(13)];
const [SERVICE, GROUP] = [uuid(21), uuid(22)];
const CLINIC = uuid(31);
const [A, B, C, D] = [uuid(41), uuid(42), uuid(43), uuid(44)];
const BY = { userId: uuid(51), name: 'Ann' };

const row = (place: DraftPlace, more: Partial<AppointmentRow> = {}): AppointmentRow => ({
	...{ ...place, durationMinutes: 20, serviceId: SERVICE, status: 'booked', newPatient: false },
	...{ source: 'reception', supportIds: [], overridden: false, repeats: false, walkIn: false },
	...{ place: null, arrivedAt: null, wentInAt: null, doneAt: null, revision: 1, ...more }
});
const place = (practitionerId: string, roomId: string, startsAt: number): DraftPlace => ({
	...{ practitionerId, roomId, startsAt }
});

/** Three doctors and three rooms from 8 to 17. */
function boardOf(
	appointments: Record<string, AppointmentRow>,
	blocks: Record<string, BlockRow> = {}
): BoardIndex {
	const hours = { working: [[at(8), at(17)] as [number, number]], breaks: [], away: [] };
	const service = {
		...{ name: 'Check-up', hue: 200, durationMinutes: 20, places: 1, roomKind: null },
		...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0, referralNeeded: false },
		...{ roomBufferBeforeMinutes: 0, roomBufferAfterMinutes: 0, equipmentKinds: [], staffKinds: [] }
	};
	return {
		clinic: {
			...{ name: 'North', zone: 'UTC', date: '2027-01-04', dayStart: MIDNIGHT, dayEnd: at(24) },
			...{ open: [[MIDNIGHT, at(24)]], closed: [] }
		},
		practitioners: new Map(
			[ANNA, BERT, CARL].map((id, order) => [
				id,
				{
					...{ ...hours, name: `Dr ${order}`, specialty: '', order, ownMinutes: {} },
					serviceIds: id === CARL ? [GROUP] : [SERVICE, GROUP]
				}
			])
		),
		rooms: new Map(
			[ROOM_1, ROOM_2, ROOM_3].map((id, order) => [
				id,
				{ ...hours, name: `Room ${order}`, kind: 'consulting', order }
			])
		),
		support: new Map(),
		services: new Map([
			[SERVICE, service],
			[GROUP, { ...service, places: 2 }]
		]),
		appointments: new Map(Object.entries(appointments)),
		blocks: new Map(Object.entries(blocks)),
		offers: new Map()
	};
}

const NOBODY = new Map<string, PersonRow>();
const draftOf = (entries: Record<string, unknown>) => readDraft(Object.entries(entries));
const move = (from: DraftPlace, to: DraftPlace, basedOnRevision = 1): DraftChange => ({
	...{ kind: 'move', by: BY, basedOnRevision, from, to }
});
const codes = (day: ReturnType<typeof draftedDay>) =>
	day.conflicts.map(({ key, refusal }) => [key, refusal.code]);

describe('what a draft holds', () => {
	const from = place(ANNA, ROOM_1, at(9));
	const good = move(from, place(BERT, ROOM_2, at(9)));

	it.each<[string, string, unknown]>([
		['nothing at all', A, undefined],
		['text', A, 'move'],
		['a key that is no id', 'x', good],
		['another kind', A, { ...good, kind: 'book' }],
		['a field more', A, { ...good, note: 'x'.repeat(9) }],
		['a time beside the grid', A, move(from, place(BERT, ROOM_2, at(9) + 1))],
		['a time that is none', A, move(from, place(BERT, ROOM_2, Number.NaN))],
		['a revision that is none', A, { ...good, basedOnRevision: 0 }],
		['a name without end', A, { ...good, by: { ...BY, name: 'x'.repeat(201) } }],
		['an absence without time', ANNA, { kind: 'away', by: BY, spans: [] }]
	])('is not %s: it changes nothing, and is told', (_, key, value) => {
		expect(parseDraftChange(key, value)).toBeNull();
		const draft = readDraft([[key, value]]);
		expect(draft.visits.size + draft.away.size).toBe(0);
		expect(draft.unreadable).toEqual([key]);
	});

	it('is no more than is carried out at once', () => {
		const many = (count: number) =>
			readDraft(Array.from({ length: count }, (_, i) => [uuid(100 + i), good]));
		expect(many(MAX_CHANGES).isOverfull).toBe(false);
		expect(many(MAX_CHANGES + 1).isOverfull).toBe(true);
	});
});

describe('a drafted day', () => {
	const [atNine, atTen] = [place(ANNA, ROOM_1, at(9)), place(BERT, ROOM_2, at(10))];
	const board = boardOf({ [A]: row(atNine), [B]: row(atTen) });

	it('lets two change places', () => {
		const day = draftedDay(
			board,
			NOBODY,
			draftOf({ [A]: move(atNine, atTen), [B]: move(atTen, atNine) })
		);
		expect(codes(day)).toEqual([]);
		expect(day.appointments.get(A)).toMatchObject(atTen);
		expect(day.appointments.get(B)).toMatchObject(atNine);
		// The real day is what it was.
		expect(board.appointments.get(A)).toMatchObject(atNine);
	});

	it('shows two that are drafted to one time: the second, and what is in its way', () => {
		const noon = place(ANNA, ROOM_1, at(12));
		const day = draftedDay(
			board,
			NOBODY,
			draftOf({ [B]: move(atTen, noon), [A]: move(atNine, noon) })
		);
		expect(codes(day)).toEqual([[B, 'practitioner-busy']]);
		expect(day.conflicts[0]!.refusal.obstacles).toMatchObject([{ appointmentId: A }]);
		// Both are drawn where they were drafted.
		expect(day.appointments.get(B)).toMatchObject(noon);
	});

	it.each<[string, DraftPlace, string]>([
		['outside the hours', place(ANNA, ROOM_1, at(18)), 'outside-hours'],
		['a doctor who does not offer it', place(CARL, ROOM_3, at(9)), 'service-not-offered'],
		['where somebody is', place(BERT, ROOM_1, at(10)), 'practitioner-busy'],
		['a room that is taken', place(ANNA, ROOM_2, at(10)), 'room-busy']
	])('shows a card that is drafted to %s', (_, to, code) => {
		expect(codes(draftedDay(board, NOBODY, draftOf({ [A]: move(atNine, to) })))).toEqual([
			[A, code]
		]);
	});

	it('knows a patient who would be in two places', () => {
		const people = new Map([A, B].map((id) => [id, { patientId: uuid(61) } as PersonRow]));
		const day = draftedDay(
			board,
			people,
			draftOf({ [A]: move(atNine, place(ANNA, ROOM_1, at(10, 10))) })
		);
		expect(codes(day)).toEqual([[A, 'patient-busy']]);
	});

	it.each<[string, AppointmentRow | null, string]>([
		['moved', row(place(ANNA, ROOM_1, at(15)), { revision: 2 }), 'stale-revision'],
		['given to somebody else', row(place(BERT, ROOM_1, at(9)), { revision: 2 }), 'stale-revision'],
		['taken to another day', null, 'stale-revision'],
		['cancelled', row(atNine, { status: 'cancelled', revision: 2 }), 'not-movable'],
		['begun', row(atNine, { status: 'checked-in', revision: 2 }), 'not-movable']
	])('shows a card that was meanwhile %s on the real day', (_, live, code) => {
		const draft = draftOf({ [A]: move(atNine, place(ANNA, ROOM_1, at(11))) });
		expect(codes(draftedDay(boardOf(live ? { [A]: live } : {}), NOBODY, draft))).toEqual([
			[A, code]
		]);
	});

	it('goes on with what changed otherwise: a patient who has come is still moved, on the revision of now', () => {
		const live = boardOf({ [A]: row(atNine, { status: 'arrived', revision: 5 }) });
		const draft = draftOf({ [A]: move(atNine, place(ANNA, ROOM_1, at(11))) });
		expect(codes(draftedDay(live, NOBODY, draft))).toEqual([]);
		expect(partsOfDraft(draft, live, CLINIC)).toEqual([
			{ kind: 'move', appointmentId: A, basedOnRevision: 5, changes: { startsAt: at(11) } }
		]);
	});

	it('puts patients of a group on places of their own', () => {
		const session = place(ANNA, ROOM_1, at(9));
		const [one, two] = [1, 2].map((p) => row(session, { serviceId: GROUP, place: p }));
		const to = place(CARL, ROOM_3, at(9));
		const day = draftedDay(
			boardOf({ [A]: one!, [B]: two! }),
			NOBODY,
			draftOf({ [A]: move(session, to), [B]: move(session, to) })
		);
		expect(codes(day)).toEqual([]);
		expect([A, B].map((id) => day.appointments.get(id)!.place)).toEqual([1, 2]);
	});
});

describe('a doctor who is away', () => {
	const [nine, ten, eleven] = [9, 10, 11].map((hour) => place(ANNA, ROOM_1, at(hour)));
	const day = {
		[A]: row(nine!),
		[B]: row(ten!, { status: 'checked-in' }),
		[C]: row(eleven!),
		[D]: row(place(BERT, ROOM_2, at(11)))
	};
	const lunch = { resourceId: ANNA, startsAt: at(12), durationMinutes: 30, kind: 'break' as const };
	const board = boardOf(day, { [uuid(71)]: { ...lunch, revision: 1 } });
	const away = (now = MIDNIGHT) => ({
		...{ kind: 'away', by: BY },
		spans: awaySpans(board, ANNA, now)
	});

	it('is so around what takes their time already, and what has begun', () => {
		expect(
			away().spans.map(({ startsAt, durationMinutes }) => [startsAt, durationMinutes])
		).toEqual([
			[at(8), 120],
			[at(10, 20), 100],
			[at(12, 30), 270]
		]);
		expect(away(at(11, 3)).spans[0]).toMatchObject({ startsAt: at(11, 5), durationMinutes: 55 });
		expect(away(at(17)).spans).toEqual([]);
	});

	it('has visits that need another place, until each has one', () => {
		const first = draftedDay(board, NOBODY, draftOf({ [ANNA]: away() }));
		expect(first.unplaced).toEqual([A, C]);
		const search = { board, people: NOBODY, away: new Set([ANNA]), notBefore: 0 };
		const places = placesForAll(first.unplaced, { ...search, board: { ...board, ...first } });
		// Bert has somebody at eleven: the time beside it is the nearest.
		expect(places.get(A)).toEqual(place(BERT, ROOM_1, at(9)));
		expect(places.get(C)).toMatchObject({ practitionerId: BERT });
		expect(Math.abs(places.get(C)!.startsAt - at(11))).toBe(20 * MINUTE_MS);
		const entries = Object.fromEntries(
			[...places].map(([id, to]) => [id, move(id === A ? nine! : eleven!, to)])
		);
		const second = draftedDay(board, NOBODY, draftOf({ ...entries, [ANNA]: away() }));
		expect([second.unplaced, codes(second)]).toEqual([[], []]);
		const parts = partsOfDraft(draftOf({ ...entries, [ANNA]: away() }), board, CLINIC);
		expect(parts.map(({ kind }) => kind)).toEqual(['move', 'move', 'block', 'block', 'block']);
		expect(
			intentSchema.safeParse({
				...{ id: 'x', madeAt: 0, kind: 'together', parts, draftId: uuid(81) }
			}).success
		).toBe(true);
	});

	it('has no visits any more where they wait for another day, or are called off', () => {
		const about = (from: DraftPlace) => ({ by: BY, from, basedOnRevision: 1 });
		const draft = draftOf({
			[ANNA]: away(),
			[A]: { kind: 'review', ...about(nine!) },
			[C]: { kind: 'cancel', ...about(eleven!), reason: 'clinic-asked' }
		});
		const shown = draftedDay(board, NOBODY, draft);
		expect([shown.unplaced, codes(shown)]).toEqual([[], []]);
		expect([A, C].map((id) => shown.appointments.get(id)!.status)).toEqual([
			...['needs-review', 'cancelled']
		]);
	});

	it('is in the way of whoever is drafted to them', () => {
		const draft = draftOf({
			[ANNA]: away(),
			...{
				[A]: move(nine!, place(BERT, ROOM_2, at(9))),
				[C]: move(eleven!, place(BERT, ROOM_2, at(12)))
			},
			[D]: move(place(BERT, ROOM_2, at(11)), place(ANNA, ROOM_2, at(11)))
		});
		expect(draftedDay(board, NOBODY, draft).unplaced).toEqual([D]);
	});
});

describe('the nearest places', () => {
	it('are the same doctor’s first, then others’; in a room that is free; none for whom nobody has time', () => {
		const nine = place(ANNA, ROOM_1, at(9));
		const full = row(place(BERT, ROOM_2, at(8)), { durationMinutes: 540 });
		const board = boardOf({ [A]: row(nine), [B]: full });
		const search = { board, people: NOBODY, away: new Set<string>(), notBefore: at(8) };
		const found = nearestPlaces(A, nine, search);
		expect(found[0]).toEqual(nine);
		expect(found.every(({ practitionerId }) => practitionerId === ANNA)).toBe(true);
		expect(nearestPlaces(A, nine, { ...search, away: new Set([ANNA]) })).toEqual([]);
		expect(placesForAll([A], { ...search, away: new Set([ANNA]) }).size).toBe(0);
	});
});
