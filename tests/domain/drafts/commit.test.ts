/** A draft is carried out as a whole or not at all, and once. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBoard } from '#domain/board/queries.ts';
import { dropDraft, openDraft } from '#domain/drafts/commands.ts';
import { draftOf } from '#domain/drafts/queries.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { IntentOf, Part } from '#domain/scheduling/intents.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { until } from '../../support/until.ts';
import { ACCEPTED, at, deskOf, nextDay, NOW, refusedWith } from '../scheduling/clinic-desk.ts';

const CARDS = 40;
const DOCTORS = 4;

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let desk: ReturnType<typeof deskOf>;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database, {
		...{ practitioners: DOCTORS + 1, rooms: DOCTORS + 1, patients: CARDS + 4 }
	});
	desk = deskOf(fresh, clinic);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

let midnight: number;
/** By place: ten visits each of four doctors, one after the other from nine o'clock. */
let cards: string[];
let draftId: string;
beforeEach(async () => {
	midnight = nextDay();
	cards = [];
	for (let card = 0; card < CARDS; card++) {
		const doctor = card % DOCTORS;
		const startsAt = startOf(card);
		cards.push(await desk.booked({ startsAt, practitioner: doctor, room: doctor, patient: card }));
	}
	draftId = await opened();
});

const startOf = (card: number) => at(midnight, 9) + Math.floor(card / DOCTORS) * 20 * 60_000;
const opened = async () => {
	const made = await openDraft(fresh.database, clinic.receptionist, {
		...{ id: crypto.randomUUID(), clinicId: clinic.clinicId, title: 'Dr A is ill today' },
		date: new Date(midnight).toISOString().slice(0, 10)
	});
	if (!made.ok) throw new Error(made.refusal.code);
	return made.value.id;
};

/** Every card takes the place of the one that comes `by` after it: none can go before the other. */
const rotated = (by: number): Extract<Part, { kind: 'move' }>[] =>
	cards.map((appointmentId, card) => {
		const to = (card + by) % CARDS;
		return {
			...{ kind: 'move', appointmentId, basedOnRevision: 1 },
			changes: {
				startsAt: startOf(to),
				practitionerId: clinic.practitionerIds[to % DOCTORS]!,
				roomId: clinic.roomIds[to % DOCTORS]!
			}
		};
	});

const intentOf = (parts: Part[], draft = draftId): IntentOf<'together'> => ({
	...{ kind: 'together', id: crypto.randomUUID(), madeAt: 0 },
	...{ parts, draftId: draft }
});
const commit = (intent: IntentOf<'together'>, actor = clinic.receptionist) =>
	carryOut(fresh.database, actor, intent, { now: NOW });

const stateOf = async (id: string) => {
	const found = await draftOf(fresh.database, clinic.receptionist, id);
	return found.ok && found.value.state;
};
const board = async () => {
	const date = new Date(midnight).toISOString().slice(0, 10);
	const place = { organizationId: clinic.organizationId, clinicId: clinic.clinicId, date };
	return (await readBoard(fresh.database, place))!.rows;
};
const placesOf = async () => {
	const { appointments } = await board();
	return cards.map((id) => {
		const { startsAt, practitionerId } = appointments[id]!;
		return [startsAt, clinic.practitionerIds.indexOf(practitionerId)];
	});
};
const untouched = () => cards.map((_, card) => [startOf(card), card % DOCTORS]);
const eventsOf = async (intentId: string) =>
	(
		await owner.query<{ kind: string; transaction: string }>(
			'SELECT kind, transaction_id::text AS transaction FROM events WHERE request_id = $1',
			[intentId]
		)
	).rows;
const auditOf = async (draft: string) =>
	(
		await owner.query<{ kind: string; transaction: string; detail: object }>(
			`SELECT kind, transaction_id::text AS transaction, detail FROM audit_entries
				WHERE subject_id = $1 ORDER BY id`,
			[draft]
		)
	).rows;

describe('a draft of 40 cards that all change places', () => {
	it('is carried out in one transaction', async () => {
		const intent = intentOf(rotated(5));
		expect(await commit(intent)).toMatchObject(ACCEPTED);
		expect(await placesOf()).toEqual(
			cards.map((_, card) => [startOf((card + 5) % CARDS), ((card + 5) % CARDS) % DOCTORS])
		);
		const events = await eventsOf(intent.id);
		expect(events).toHaveLength(CARDS);
		expect(new Set(events.map(({ transaction }) => transaction)).size).toBe(1);
		const audited = await auditOf(draftId);
		expect(audited.map(({ kind }) => kind)).toEqual(['draft-opened', 'draft-committed']);
		expect(audited[1]).toMatchObject({
			...{ transaction: events[0]!.transaction, detail: { changes: CARDS } }
		});
		expect(await stateOf(draftId)).toBe('committed');
	});

	it('is not carried out at all where one of them cannot go, and that one is named', async () => {
		const parts = rotated(4);
		const lost = parts[17]!;
		// Somebody books the place between two visits of the doctor for whom nobody is drafted.
		await desk.booked({ startsAt: at(midnight, 15), practitioner: 4, room: 4, patient: CARDS });
		lost.changes = {
			startsAt: at(midnight, 15),
			practitionerId: clinic.practitionerIds[4]!,
			roomId: clinic.roomIds[3]!
		};
		const intent = intentOf(parts);
		const verdict = await commit(intent);
		expect(verdict).toMatchObject({
			outcome: 'refused',
			refusal: {
				code: 'some-refused',
				parts: [{ subjectId: lost.appointmentId, refusal: { code: 'practitioner-busy' } }]
			}
		});
		const [refused] = (verdict.outcome === 'refused' && verdict.refusal.parts) || [];
		expect(refused!.refusal.alternatives!.length).toBeGreaterThan(0);
		expect(await placesOf()).toEqual(untouched());
		expect(await eventsOf(intent.id)).toEqual([]);
		expect(await stateOf(draftId)).toBe('open');
		// What was the matter is mended on the draft, and then it fits.
		lost.changes = { ...lost.changes, startsAt: at(midnight, 15, 20) };
		expect(await commit(intentOf(parts))).toMatchObject(ACCEPTED);
		expect(await stateOf(draftId)).toBe('committed');
	});

	it('is refused where the real day moved on: a card that somebody changed is named, whatever they changed', async () => {
		const [moved, noted] = [cards[3]!, cards[8]!];
		await desk.perform({
			...{ kind: 'move', appointmentId: moved, basedOnRevision: 1 },
			changes: { startsAt: at(midnight, 16) }
		});
		await desk.perform({
			...{ kind: 'remark', appointmentId: noted, basedOnRevision: 1 },
			changes: { remark: 'Comes with a stick' }
		});
		const verdict = await commit(intentOf(rotated(5)));
		const parts = (verdict.outcome === 'refused' && verdict.refusal.parts) || [];
		expect(parts.map(({ subjectId, refusal }) => [subjectId, refusal.code])).toEqual([
			[moved, 'stale-revision'],
			[noted, 'stale-revision']
		]);
		expect(await stateOf(draftId)).toBe('open');
	});
});

describe('a draft is carried out once', () => {
	it('by two who press at the same moment', async () => {
		const colleague = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
		const [mine, theirs] = [intentOf(rotated(5)), intentOf(rotated(9))];
		const verdicts = await Promise.all([commit(mine), commit(theirs, colleague)]);
		const accepted = verdicts.filter(({ outcome }) => outcome === 'accepted');
		expect(accepted).toHaveLength(1);
		expect(verdicts.filter(({ outcome }) => outcome === 'refused')).toMatchObject([
			refusedWith('draft-over')
		]);
		const by = accepted[0]!.intentId === mine.id ? 5 : 9;
		expect(await placesOf()).toEqual(
			cards.map((_, card) => [startOf((card + by) % CARDS), ((card + by) % CARDS) % DOCTORS])
		);
	});

	it('also where one of them was judged before the other was done', async () => {
		// Two drafts of nothing in common: only the draft itself keeps them apart.
		const [one, other] = rotated(0).map((part, card) => ({
			...part,
			changes: { startsAt: at(midnight, 15, card % DOCTORS === 0 ? 0 : 20) }
		}));
		const keeper = new pg.Client(fresh.ownerUrl);
		await keeper.connect();
		await keeper.query('BEGIN');
		await keeper.query('SELECT FROM drafts WHERE id = $1 FOR UPDATE', [draftId]);
		const asked = [commit(intentOf([one!])), commit(intentOf([other!]))];
		await until(async () => {
			const { rows } = await owner.query<{ count: number }>(
				`SELECT count(*)::int AS count FROM pg_stat_activity
					WHERE query LIKE '%commit_draft%' AND wait_event_type = 'Lock' AND datname = current_database()`
			);
			return rows[0]!.count === 2;
		}, 'both wait for the draft');
		await keeper.query('ROLLBACK');
		await keeper.end();
		const outcomes = (await Promise.all(asked)).map((verdict) =>
			verdict.outcome === 'refused' ? verdict.refusal.code : verdict.outcome
		);
		expect(outcomes.sort()).toEqual(['accepted', 'draft-over']);
	});

	it('and the same intent once more gets the verdict that it got', async () => {
		const intent = intentOf(rotated(5));
		const first = await commit(intent);
		expect(first).toMatchObject(ACCEPTED);
		expect(await commit(intent)).toEqual(first);
		expect(await eventsOf(intent.id)).toHaveLength(CARDS);
	});

	it('and not after it was dropped', async () => {
		expect(await dropDraft(fresh.database, clinic.receptionist, draftId)).toEqual({
			...{ ok: true, value: null }
		});
		expect(await commit(intentOf(rotated(5)))).toMatchObject(refusedWith('draft-over'));
		expect(await dropDraft(fresh.database, clinic.receptionist, draftId)).toMatchObject({
			refusal: { code: 'draft-over' }
		});
		expect(await placesOf()).toEqual(untouched());
	});
});

it('whose connection is killed in the middle is carried out as a whole or not at all', async () => {
	const intent = intentOf(rotated(5));
	const keeper = new pg.Client(fresh.ownerUrl);
	await keeper.connect();
	await keeper.query('BEGIN');
	// The last of the resources that it locks: it has the draft and all the others by then.
	const { practitionerIds, roomIds, patientIds } = clinic;
	const locked = [
		...[practitionerIds, roomIds].flatMap((ids) => ids.slice(0, DOCTORS)),
		...patientIds.slice(0, CARDS)
	];
	const last = locked.sort().at(-1)!;
	await keeper.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [last]);
	const asked = commit(intent).catch((fault: unknown) => fault);
	const { pid } = await until(async () => {
		const { rows } = await owner.query<{ pid: number }>(
			`SELECT pid FROM pg_stat_activity
				WHERE query LIKE '%commit_draft%' AND wait_event = 'advisory' AND datname = current_database()`
		);
		return rows[0];
	}, 'it waits in the middle');
	await owner.query('SELECT pg_terminate_backend($1)', [pid]);
	expect(await asked).toBeInstanceOf(Error);
	expect(await placesOf()).toEqual(untouched());
	expect(await stateOf(draftId)).toBe('open');
	await keeper.query('ROLLBACK');
	await keeper.end();
	// The browser sends it again.
	expect(await commit(intent)).toMatchObject(ACCEPTED);
	expect(await eventsOf(intent.id)).toHaveLength(CARDS);
	expect(await stateOf(draftId)).toBe('committed');
});
