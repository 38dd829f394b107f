/** What can be read of times that became free, and of whom. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import {
	historyCursorSchema,
	historyFilterSchema,
	MATCHES_SHOWN,
	type HistoryRow
} from '#domain/waitlist/offer-history.ts';
import { readOfferHistory } from '#domain/waitlist/queries/offer-history.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { messageFactory } from '../../factories/message-factory.ts';
import {
	matchFactory,
	offerFactory,
	openingFactory,
	SOME_SCORE
} from '../../factories/offer-factory.ts';
import { entryFactory } from '../../factories/waitlist-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const NOW = Date.UTC(2026, 5, 30, 10);
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(NOW - hours * HOUR);

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let administrator: Actor;
let entryIds: string[];
/** From the oldest. */
let filled: string;
let open: string;
let direct: string;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	const { database } = fresh;
	clinic = await clinicFactory(database, { patients: 13 });
	administrator = await staffFactory(database, clinic, { role: 'organization-administrator' });
	entryIds = await Promise.all(
		clinic.patientIds.map((_, patient) =>
			entryFactory(database, clinic, { patient, waitingSince: ago(1000 + patient) })
		)
	);
	const [first, second, third, fourth] = entryIds as [string, string, string, string];
	const opening = (more: Parameters<typeof openingFactory>[2]) =>
		openingFactory(database, clinic, more);
	const offer = (patient: number, more: Parameters<typeof offerFactory>[2]) =>
		offerFactory(database, clinic, { patient, ...more });

	filled = await opening({ madeAt: ago(50), state: 'filled', startsAt: ago(-2) });
	await matchFactory(database, clinic, filled, entryIds.slice(0, 12));
	await matchFactory(database, clinic, filled, entryIds.slice(2, 3), 2);
	await offer(0, {
		...{ entryId: first, openingId: filled, state: 'skipped', reason: 'Called, is ill' },
		...{ decidedBy: clinic.receptionist.userId, madeAt: ago(50) }
	});
	await offer(1, { entryId: second, openingId: filled, state: 'expired', madeAt: ago(49) });
	const accepted = await offer(2, {
		...{ entryId: third, openingId: filled, state: 'accepted', madeAt: ago(48), round: 2 },
		answeredBy: 'push'
	});
	await messageFactory(database, clinic.organizationId, {
		...{ offerId: accepted, state: 'delivered', channel: 'push', channels: ['push', 'sms'] }
	});
	// Half past midnight in London, on the day after.
	open = await opening({
		madeAt: ago(20),
		state: 'offered',
		startsAt: new Date('2026-07-01T23:30Z')
	});
	await offer(1, { entryId: second, openingId: open, state: 'made', madeAt: ago(20) });
	direct = await offer(3, {
		...{ entryId: fourth, state: 'accepted', way: 'direct', madeAt: ago(10) },
		...{ total: null, parts: null, decidedBy: clinic.receptionist.userId }
	});
	const other = await clinicFactory(database);
	const foreign = await openingFactory(database, other, { madeAt: ago(1) });
	const entryId = await entryFactory(database, other);
	await offerFactory(database, other, { entryId, openingId: foreign, madeAt: ago(1) });
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

async function read(filter: object = {}, actor: Actor = administrator): Promise<HistoryRow[]> {
	const page = await readOfferHistory(fresh.database, actor, {
		...{ filter: historyFilterSchema.parse(filter), limit: 50 }
	});
	if (!page.ok) throw new Error(page.refusal.code);
	return page.value.rows;
}
const idsOf = async (filter: object) => (await read(filter)).map(({ id }) => id);

describe('the history', () => {
	it('holds every time, the newest first, and what was booked directly', async () => {
		const rows = await read();
		expect(rows.map(({ id }) => id)).toEqual([direct, open, filled]);
		expect(rows.map(({ cause, state }) => [cause, state])).toEqual([
			[null, 'filled'],
			['cancelled', 'offered'],
			['cancelled', 'filled']
		]);
		expect(rows[2]).toMatchObject({ practitionerName: 'Dr A', roomName: 'Room 1' });
	});

	it('says of every offer whom it went to, why, and what became of it', async () => {
		const [, , { offers }] = (await read()) as [HistoryRow, HistoryRow, HistoryRow];
		expect(offers).toMatchObject([
			{
				...{ name: 'Patient0 Anna', state: 'skipped', reason: 'Called, is ill' },
				...{ decidedByName: clinic.receptionist.name, score: SOME_SCORE }
			},
			{ name: 'Patient1 Anna', state: 'expired', decidedByName: null, channel: null },
			{ name: 'Patient2 Anna', state: 'accepted', round: 2, channel: 'push', answeredBy: 'push' }
		]);
		expect(offers[0]!.score!.parts).toEqual(SOME_SCORE.parts);
		const [{ offers: booked }] = (await read()) as [HistoryRow];
		expect(booked).toMatchObject([{ way: 'direct', score: null }]);
	});

	it('says who was considered, with scores: ten in a list, everybody where one time is asked for', async () => {
		const [, , inList] = (await read()) as [HistoryRow, HistoryRow, HistoryRow];
		expect([inList.matchCount, inList.matches.length]).toEqual([13, MATCHES_SHOWN]);
		const [alone] = (await read({ opening: filled })) as [HistoryRow];
		expect([alone.matchCount, alone.matches.length]).toEqual([13, 13]);
		expect(alone.matches.slice(-2)).toMatchObject([
			{ round: 1, rank: 12, name: 'Patient11 Anna', total: SOME_SCORE.total - 11 },
			{ round: 2, rank: 1, name: 'Patient2 Anna', parts: SOME_SCORE.parts }
		]);
	});

	it('of one entry holds its own offers alone', async () => {
		const rows = await read({ entry: entryIds[1] });
		expect(rows.map(({ id, offers }) => [id, offers.map(({ state }) => state)])).toEqual([
			[open, ['made']],
			[filled, ['expired']]
		]);
		expect(rows[1]!.matches.map(({ rank }) => rank)).toEqual([2]);
		expect(await read({ entry: entryIds[4] })).toEqual([]);
	});

	it('is filtered by clinic, by day at the clinic and by state', async () => {
		expect(await idsOf({ clinic: clinic.clinicId })).toEqual([direct, open, filled]);
		expect(await idsOf({ clinic: crypto.randomUUID() })).toEqual([]);
		expect(await idsOf({ state: 'filled' })).toEqual([direct, filled]);
		expect(await idsOf({ state: 'offered' })).toEqual([open]);
		expect(await idsOf({ day: '2026-07-02' })).toEqual([open]);
		expect(await idsOf({ day: '2026-07-01' })).toEqual([direct]);
		expect(await idsOf({ day: '2026-06-30', state: 'filled' })).toEqual([filled]);
	});

	it('is read page by page, none twice and none left out', async () => {
		const seen: string[] = [];
		let after: string | null = null;
		do {
			const page = await readOfferHistory(fresh.database, administrator, {
				...{ filter: {}, limit: 1 },
				after: after === null ? undefined : historyCursorSchema.parse(after)
			});
			if (!page.ok) throw new Error(page.refusal.code);
			seen.push(...page.value.rows.map(({ id }) => id));
			after = page.value.next;
		} while (after !== null);
		expect(seen).toEqual([direct, open, filled]);
	});
});

describe('who reads it', () => {
	it('reception does, with names, and the audit says whose they were', async () => {
		const { rows: before } = await owner.query(`SELECT max(id) AS id FROM audit_entries`);
		await read({ opening: open }, clinic.receptionist);
		const { rows } = await owner.query(
			`SELECT kind, actor_user_id, detail FROM audit_entries WHERE id > $1`,
			[before[0].id ?? 0]
		);
		expect(rows).toEqual([
			{
				...{ kind: 'offers-read', actor_user_id: clinic.receptionist.userId },
				detail: { patientIds: [clinic.patientIds[1]] }
			}
		]);
	});

	it('whoever may not read the patients of a clinic reads no name of it', async () => {
		const elsewhere = await staffFactory(fresh.database, clinic, {
			...{ role: 'receptionist', clinicId: await anotherClinic() }
		});
		const rows = await read({}, elsewhere);
		const text = JSON.stringify(rows);
		expect(rows).toHaveLength(3);
		expect(text).not.toContain('Anna');
		expect(clinic.patientIds.filter((id) => text.includes(id))).toEqual([]);
	});

	it.each([
		'doctor',
		'operations-manager',
		'support',
		'system-administrator',
		'patient',
		'visitor'
	])('a %s does not', async (role) => {
		const actor = await staffFactory(fresh.database, clinic, {
			...{ role, practitionerId: clinic.practitionerIds[0]!, patientId: clinic.patientIds[0]! }
		});
		const page = await readOfferHistory(fresh.database, actor, { filter: {}, limit: 50 });
		expect(page).toEqual({ ok: false, refusal: { code: 'not-allowed' } });
	});
});

async function anotherClinic(): Promise<string> {
	const id = crypto.randomUUID();
	await owner.query(`INSERT INTO resources (organization_id, id, kind) VALUES ($1, $2, 'clinic')`, [
		...[clinic.organizationId, id]
	]);
	await owner.query(
		`INSERT INTO clinics (organization_id, id, name, zone, import_key) VALUES ($1, $2, 'South', 'UTC', 'south')`,
		[clinic.organizationId, id]
	);
	return id;
}

it.each([
	[{ day: '2026-02-30' }, 'A day looks like'],
	[{ state: 'lost' }, 'Choose a state'],
	[{ clinic: 'x' }, 'Choose a clinic'],
	[{ name: 'Nowak' }, 'name']
])('%j is refused', (asked, words) => {
	expect(historyFilterSchema.safeParse(asked).error!.issues[0]!.message).toContain(words);
});
