/** What a draft shows as conflicts is what the server refuses of it: random drafts of random days, while the day goes on. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BoardIndex } from '#domain/board/situation.ts';
import { readBoard } from '#domain/board/queries.ts';
import type { DraftChange, DraftPlace } from '#domain/drafts/draft-change.ts';
import { readDraft } from '#domain/drafts/draft-change.ts';
import { draftedDay } from '#domain/drafts/drafted-day.ts';
import { partsOfDraft } from '#domain/drafts/draft-parts.ts';
import { openDraft } from '#domain/drafts/commands.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import { bookingOf, clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

/** `npm run property` runs more; CI a sample. */
const RUNS = Number(process.env.DAYBOARD_SEQUENCES ?? 150) / 5;
const SEED = Number(process.env.DAYBOARD_SEED ?? 20_270_104);
const NOW = Date.UTC(2027, 0, 1);
const MINUTE_MS = 60_000;
const DOCTORS = 3;
const PATIENTS = 8;

let fresh: FreshDatabase;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, {
		...{ practitioners: DOCTORS, rooms: DOCTORS, patients: PATIENTS, bufferAfterMinutes: 5 },
		service: { places: 2 }
	});
});
afterAll(() => fresh.drop());

const place = fc.record({
	/** In quarters from half past seven: a little before the hours, and a little after. */
	quarter: fc.integer({ min: 0, max: 40 }),
	doctor: fc.integer({ min: 0, max: DOCTORS - 1 }),
	room: fc.integer({ min: 0, max: DOCTORS - 1 })
});
type Where = typeof place extends fc.Arbitrary<infer T> ? T : never;
const days = fc.record({
	visits: fc.array(fc.record({ ...{ at: place }, patient: fc.nat(PATIENTS - 1) }), {
		...{ minLength: 4, maxLength: 22 }
	}),
	block: fc.option(place),
	drafted: fc.array(
		fc.record({
			...{ visit: fc.nat(), to: place },
			kind: fc.constantFrom('move', 'move', 'move', 'move', 'review', 'cancel')
		}),
		{ minLength: 1, maxLength: 14 }
	),
	away: fc.option(
		fc.record({ doctor: fc.nat(DOCTORS - 1), from: fc.integer({ min: 0, max: 30 }) })
	),
	/** What others do on the real day after it was drafted. */
	meanwhile: fc.array(
		fc.record({ visit: fc.nat(), what: fc.constantFrom('move', 'cancel', 'arrived'), to: place }),
		{ maxLength: 3 }
	)
});

let day = 0;

it('whatever is drafted, and whatever becomes of the day', { timeout: 300_000 }, async () => {
	let conflicts = 0;
	let committed = 0;
	await fc.assert(
		fc.asyncProperty(days, async ({ visits, block, drafted, away, meanwhile }) => {
			const midnight = Date.UTC(2027, 0, 4 + day++);
			const start = (quarter: number) => midnight + (450 + quarter * 15) * MINUTE_MS;
			const placeAt = ({ quarter, doctor, room }: Where): DraftPlace => ({
				...{ startsAt: start(quarter), practitionerId: clinic.practitionerIds[doctor]! },
				roomId: clinic.roomIds[room]!
			});
			const perform = (part: Part) =>
				carryOut(
					fresh.database,
					clinic.receptionist,
					{ id: crypto.randomUUID(), madeAt: 0, ...part } as Intent,
					{ now: NOW }
				);
			for (const { at, patient } of visits) {
				const booking = { practitioner: at.doctor, room: at.room, patient };
				await perform(bookingOf(clinic, { ...booking, startsAt: start(at.quarter) }));
			}
			const { clinicId } = clinic;
			if (block) {
				await perform({
					...{ kind: 'block', blockId: crypto.randomUUID() },
					changes: {
						...{ clinicId, resourceId: clinic.practitionerIds[block.doctor]!, kind: 'meeting' },
						...{ startsAt: start(block.quarter), durationMinutes: 45 }
					}
				});
			}
			const then = await boardOf(midnight);
			const ids = [...then.board.appointments.keys()].sort();
			if (ids.length === 0) return;
			const by = { userId: clinic.receptionist.userId, name: 'Ann' };
			const entries = new Map<string, DraftChange>();
			for (const { visit, kind, to } of drafted) {
				const id = ids[visit % ids.length]!;
				const { startsAt, practitionerId, roomId, revision } = then.board.appointments.get(id)!;
				const from = { startsAt, practitionerId, roomId };
				const about = { by, from, basedOnRevision: revision };
				if (kind === 'move') entries.set(id, { kind: 'move', ...about, to: placeAt(to) });
				else if (kind === 'review') entries.set(id, { kind: 'review', ...about });
				else entries.set(id, { kind: 'cancel', ...about, reason: 'clinic-asked' });
			}
			if (away) {
				entries.set(clinic.practitionerIds[away.doctor]!, {
					...{ kind: 'away', by },
					spans: [
						{ blockId: crypto.randomUUID(), startsAt: start(away.from), durationMinutes: 150 }
					]
				});
			}
			for (const { visit, what, to } of meanwhile) {
				const appointmentId = ids[visit % ids.length]!;
				const row = (await boardOf(midnight)).board.appointments.get(appointmentId)!;
				const based = { appointmentId, basedOnRevision: row.revision };
				if (what === 'move') await perform({ kind: 'move', ...based, changes: placeAt(to) });
				else if (what === 'cancel') {
					await perform({ kind: 'cancel', ...based, changes: { reason: 'patient-asked' } });
				} else await perform({ kind: 'set-status', ...based, changes: { status: 'arrived' } });
			}
			const now = await boardOf(midnight);
			const draft = readDraft(entries);
			const shown = draftedDay(now.board, now.people, draft);
			const made = await openDraft(fresh.database, clinic.receptionist, {
				...{ id: crypto.randomUUID(), clinicId, title: 'Tried out', date: dateOf(midnight) }
			});
			if (!made.ok) throw new Error(made.refusal.code);
			const verdict = await carryOut(
				fresh.database,
				clinic.receptionist,
				{
					...{ id: crypto.randomUUID(), madeAt: 0, kind: 'together', draftId: made.value.id },
					parts: partsOfDraft(draft, now.board, clinicId)
				},
				{ now: NOW }
			);
			const refused =
				verdict.outcome === 'refused'
					? (verdict.refusal.parts ?? []).map(({ subjectId, refusal }) => [subjectId, refusal.code])
					: [];
			const blockIds = [...draft.away.values()].flatMap(({ spans }) =>
				spans.map(({ blockId }) => blockId)
			);
			const visitsRefused = refused.filter(([id]) => !blockIds.includes(id!));
			expect(
				shown.conflicts
					.filter(({ key }) => draft.visits.has(key))
					.map(({ key, refusal }) => [key, refusal.code])
			).toEqual(visitsRefused);
			const awayRefused = shown.unplaced.length > 0 || shown.conflicts.some(isAway(draft.away));
			expect(awayRefused).toBe(refused.length > visitsRefused.length);
			conflicts += refused.length;
			if (verdict.outcome === 'refused') return;
			committed++;
			// What was shown is what the day is now.
			const after = await boardOf(midnight);
			for (const id of draft.visits.keys()) {
				const { startsAt, practitionerId, roomId, status, place } =
					after.board.appointments.get(id)!;
				expect(shown.appointments.get(id)).toMatchObject({
					...{ startsAt, practitionerId, roomId, status, place }
				});
			}
		}),
		{ numRuns: RUNS, seed: SEED }
	);
	// Both happened, or the draws say nothing.
	expect(conflicts).toBeGreaterThan(0);
	expect(committed).toBeGreaterThan(0);
});

const isAway = (away: ReadonlyMap<string, unknown>) => (conflict: { key: string }) =>
	away.has(conflict.key);
const dateOf = (midnight: number) => new Date(midnight).toISOString().slice(0, 10);

async function boardOf(midnight: number) {
	const { organizationId, clinicId } = clinic;
	const read = await readBoard(fresh.database, {
		...{ organizationId, clinicId, date: dateOf(midnight) }
	});
	const { rows, people } = read!;
	const mapOf = <T>(row: Record<string, T>) => new Map(Object.entries(row));
	const board: BoardIndex = {
		clinic: rows.clinic.clinic!,
		...{ practitioners: mapOf(rows.practitioners), rooms: mapOf(rows.rooms) },
		...{ support: mapOf(rows.support), services: mapOf(rows.services) },
		...{ appointments: mapOf(rows.appointments), blocks: mapOf(rows.blocks) },
		offers: mapOf(rows.offers)
	};
	return { board, people: mapOf(people) };
}
