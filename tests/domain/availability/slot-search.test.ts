import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolOf } from '#db/pool.ts';
import { practitioners, resources } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { searchSlots } from '#domain/availability/queries/slots.ts';
import { slotSearchSchema, type SlotPage } from '#domain/availability/slot-search.ts';
import { createRandom } from '#db/demo/random.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import {
	bookingOf,
	clinicFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const NOW = Date.UTC(2027, 0, 1);
const DATE = '2027-01-04';
const MIDNIGHT = Date.UTC(2027, 0, 4);

let fresh: FreshDatabase;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, {
		...{ practitioners: 3, rooms: 2, patients: 20 },
		bufferAfterMinutes: 10
	});
	const random = createRandom('slot search');
	for (let i = 0; i < 60; i++) {
		const booking = bookingOf(clinic, {
			startsAt: MIDNIGHT + (8 * 60 + random.whole(0, 100) * 5) * 60_000,
			practitioner: random.whole(0, 2),
			room: random.whole(0, 1),
			patient: random.whole(1, 19)
		});
		await carryOut(fresh.database, clinic.receptionist, booking, { now: NOW });
	}
});
afterAll(() => fresh.drop());

async function search(input: object, actor = clinic.receptionist): Promise<SlotPage> {
	const asked = {
		clinicIds: [clinic.clinicId],
		serviceIds: [clinic.serviceId],
		from: DATE,
		days: 1
	};
	const parsed = slotSearchSchema.parse({ ...asked, ...input });
	const found = await searchSlots(fresh.database, actor, parsed, NOW);
	if (!found.ok) throw new Error(found.refusal.code);
	return found.value;
}

describe('a search for free times', () => {
	it('finds exactly the starts that the command path accepts', async () => {
		const { slots } = await search({ limit: 200 });
		const free = new Set(slots.map((slot) => `${slot.practitionerId} ${slot.startsAt}`));
		let tried = 0;
		for (const [doctor, practitionerId] of clinic.practitionerIds.entries()) {
			for (let step = 0; step < 9 * 12; step += 7) {
				const startsAt = MIDNIGHT + (8 * 60 + step * 5) * 60_000;
				const slot = slots.find(
					(other) => other.practitionerId === practitionerId && other.startsAt === startsAt
				);
				const room = slot ? clinic.roomIds.indexOf(slot.roomId) : 0;
				const booking = bookingOf(clinic, { practitioner: doctor, room, patient: 0, startsAt });
				const outcomes = slot
					? [await carryOut(fresh.database, clinic.receptionist, booking, { now: NOW })]
					: await Promise.all(
							[0, 1].map((other) =>
								carryOut(
									fresh.database,
									clinic.receptionist,
									bookingOf(clinic, { practitioner: doctor, room: other, patient: 0, startsAt }),
									{ now: NOW }
								)
							)
						);
				const accepted = outcomes.find(({ outcome }) => outcome === 'accepted');
				expect([startsAt, Boolean(accepted)]).toEqual([
					startsAt,
					free.has(`${practitionerId} ${startsAt}`)
				]);
				tried++;
				if (accepted?.outcome !== 'accepted') continue;
				await carryOut(fresh.database, clinic.receptionist, {
					...{ id: crypto.randomUUID(), madeAt: 0, kind: 'cancel' },
					...{ appointmentId: accepted.subjectId, basedOnRevision: 1 },
					changes: { reason: 'other' }
				});
			}
		}
		expect(tried).toBeGreaterThan(40);
		expect(slots.length).toBeGreaterThan(5);
	});

	it('gives the same, page by page, over many days', async () => {
		const wish = { days: 10, stepMinutes: 30 };
		const whole = await search({ ...wish, limit: 200 });
		const paged: SlotPage['slots'] = [];
		let after: string | null = null;
		do {
			const page: SlotPage = await search({ ...wish, limit: 7, ...(after ? { after } : {}) });
			expect(page.slots.length).toBeLessThanOrEqual(7);
			paged.push(...page.slots);
			after = page.next;
		} while (after !== null && paged.length < 200);
		expect(paged.slice(0, 200)).toEqual(whole.slots);
	});

	it('keeps to the days of the week and the hours that are asked for', async () => {
		const hours = { fromMinute: 600, untilMinute: 660 };
		const { slots } = await search({ days: 14, weekdays: [3], hours, limit: 200 });
		expect(new Set(slots.map(({ date }) => date))).toEqual(new Set(['2027-01-06', '2027-01-13']));
		const ofDay = slots.map(
			({ startsAt }) => new Date(startsAt).getUTCHours() * 60 + new Date(startsAt).getUTCMinutes()
		);
		expect(Math.min(...ofDay)).toBe(600);
		expect(Math.max(...ofDay)).toBe(640);
	});

	it('says why nothing is free', async () => {
		const hours = { fromMinute: 1_200, untilMinute: 1_260 };
		expect(await search({ days: 3, hours })).toMatchObject({ slots: [], whyNone: 'outside-hours' });
		const id = crypto.randomUUID();
		const { organizationId } = clinic;
		await inOrganization(fresh.database, organizationId, async (transaction) => {
			await transaction.insert(resources).values({ organizationId, id, kind: 'practitioner' });
			await transaction
				.insert(practitioners)
				.values({ organizationId, id, name: 'Dr Idle', importKey: id });
		});
		const idle = await search({ practitionerIds: [id] });
		expect(idle).toMatchObject({ whyNone: 'service-not-offered' });
	});

	it('is refused for another organization’s clinic, service, doctor or patient', async () => {
		const stranger = await clinicFactory(fresh.database);
		await expect(search({ clinicIds: [stranger.clinicId] })).rejects.toThrow('not-found');
		await expect(search({ serviceIds: [stranger.serviceId] })).rejects.toThrow('not-found');
		const [theirs] = stranger.practitionerIds;
		await expect(search({ practitionerIds: [theirs!] })).rejects.toThrow('not-found');
		await expect(search({ patientId: stranger.patientIds[0] })).rejects.toThrow('not-found');
		await expect(search({}, stranger.receptionist)).rejects.toThrow('not-found');
	});
});

it('who may not search patients learns nothing of their visits', async () => {
	const doctor = await staffFactory(fresh.database, clinic, {
		...{ role: 'doctor', practitionerId: clinic.practitionerIds[0]! }
	});
	await expect(search({ patientId: clinic.patientIds[1] }, doctor)).rejects.toThrow('not-allowed');
	expect((await search({}, doctor)).slots.length).toBeGreaterThan(0);
});

/** How often the database is asked while something is done, one statement each time. */
async function statementsOf<T>(work: () => Promise<T>): Promise<[count: number, result: T]> {
	let count = 0;
	const counting = () => void count++;
	poolOf(fresh.database).on('acquire', counting);
	const result = await work();
	poolOf(fresh.database).off('acquire', counting);
	return [count, result];
}

describe('the round trips of a search', () => {
	const DAYS = 92;

	it('are one when the first days fill the page', async () => {
		const [count, { slots }] = await statementsOf(() => search({ days: DAYS }));
		expect([count, slots.length]).toEqual([1, 20]);
	});

	it('are one for two months of a small clinic, even when nothing is free', async () => {
		const [count, { whyNone }] = await statementsOf(() =>
			search({ days: 62, durationMinutes: 600 })
		);
		expect([count, whyNone]).toEqual([1, 'outside-hours']);
	});

	it('are one for many doctors, when the first day fills the page', async () => {
		const many = await clinicFactory(fresh.database, { practitioners: 220 });
		const asked = { clinicIds: [many.clinicId], serviceIds: [many.serviceId], days: DAYS };
		const [count, { slots }] = await statementsOf(() => search(asked, many.receptionist));
		expect([count, slots.length]).toEqual([1, 20]);
	});

	it('are three for 70 doctors and three months, when hardly anything is free', async () => {
		const full = await clinicFactory(fresh.database, { practitioners: 70 });
		const [lucky] = full.practitionerIds;
		// In what the second statement reads, and in what the third does.
		const free = [30, 80];
		const owner = new pg.Client(fresh.ownerUrl);
		await owner.connect();
		// No visit stands behind these claims: nobody looks at them here.
		await owner.query("SET session_replication_role = 'replica'");
		await owner.query(
			`INSERT INTO claims (organization_id, resource_id, busy, appointment_id)
				SELECT $1, doctor, tstzrange(at + interval '8 hours', at + interval '17 hours'), gen_random_uuid()
				FROM unnest($2::uuid[]) AS doctor, generate_series(0, $3::int - 1) AS day,
					LATERAL (SELECT $4::timestamptz + day * interval '1 day' AS at) AS midnight
				WHERE NOT (doctor = $5 AND day = ANY ($6::int[]))`,
			[full.organizationId, full.practitionerIds, DAYS, `${DATE}T00:00Z`, lucky, free]
		);
		await owner.end();
		const hours = { fromMinute: 600, untilMinute: 640 };
		const [count, { slots }] = await statementsOf(() =>
			search(
				{
					...{ clinicIds: [full.clinicId], serviceIds: [full.serviceId] },
					...{ days: DAYS, hours, stepMinutes: 20 }
				},
				full.receptionist
			)
		);
		expect(count).toBe(3);
		const first = Temporal.PlainDate.from(DATE);
		expect(slots.map(({ date, practitionerId }) => [date, practitionerId])).toEqual(
			[30, 30, 80, 80].map((days) => [first.add({ days }).toString(), lucky])
		);
	});
});

describe('the input', () => {
	const good = {
		clinicIds: [crypto.randomUUID()],
		...{ serviceIds: [crypto.randomUUID()], from: DATE, days: 7 }
	};
	it.each<[string, object, string]>([
		['no clinic', { clinicIds: [] }, 'clinicIds'],
		['a thousand clinics', { clinicIds: Array(1_000).fill(crypto.randomUUID()) }, 'clinicIds'],
		['a date that is none', { from: '2027-02-30' }, 'from'],
		['the year 1900', { from: '1900-01-01' }, 'from'],
		['the year 9999', { from: '9999-01-01' }, 'from'],
		['no days', { days: 0 }, 'days'],
		['a year of days', { days: 365 }, 'days'],
		['a length of 25 hours', { durationMinutes: 1_500 }, 'durationMinutes'],
		['no length', { durationMinutes: 0 }, 'durationMinutes'],
		[
			'hours that end before they begin',
			{ hours: { fromMinute: 600, untilMinute: 540 } },
			'hours.untilMinute'
		],
		['the eighth day of the week', { weekdays: [8] }, 'weekdays.0'],
		['a cursor of one’s own', { after: '1; DROP TABLE claims' }, 'after'],
		['a field that is unknown', { doctor: 'Nowak' }, '']
	])('%s is refused by name', (_, change, field) => {
		const parsed = slotSearchSchema.safeParse({ ...good, ...change });
		expect(parsed.error?.issues[0]?.path.join('.')).toBe(field);
	});
});
