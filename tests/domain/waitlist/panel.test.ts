/** Who waits, as staff look for them; and changing what somebody waits for. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eq } from 'drizzle-orm';
import { auditEntries, waitlistEntries } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { changeEntry } from '#domain/waitlist/commands/change-entry.ts';
import { joinWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema, type EntryWish } from '#domain/waitlist/entry.ts';
import { waitingQuerySchema, type WaitingPage } from '#domain/waitlist/panel.ts';
import { countWaiting, waitingFigures } from '#domain/waitlist/queries/figures.ts';
import { searchWaitlist } from '#domain/waitlist/queries/panel.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
	fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const TODAY = Temporal.Now.plainDateISO('UTC').toString();
const LATER = Temporal.PlainDate.from(TODAY).add({ weeks: 3 }).toString();
const DAY_MS = 86_400_000;

const wishFor = (clinic: Clinic, more: Partial<EntryWish> = {}): EntryWish =>
	entryWishSchema(TODAY).parse({
		...{ serviceId: clinic.serviceId, firstDate: TODAY, lastDate: LATER, ...more }
	});

/** @param days ago it began to wait */
async function waits(
	clinic: Clinic,
	patient: number,
	{ days = 0, ...more }: Partial<EntryWish> & { days?: number } = {}
): Promise<string> {
	const joined = await joinWaitlist(fresh.database, clinic.receptionist, {
		...({ patientId: clinic.patientIds[patient]!, source: 'reception', again: 'refuse' } as const),
		wish: wishFor(clinic, more)
	});
	if (!joined.ok) throw new Error(joined.refusal.code);
	await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
		transaction
			.update(waitlistEntries)
			.set({ waitingSince: new Date(Date.now() - days * DAY_MS - 60_000) })
			.where(eq(waitlistEntries.id, joined.value.id))
	);
	return joined.value.id;
}

const search = async (clinic: Clinic, query: object, actor: Actor = clinic.receptionist) => {
	const found = await searchWaitlist(fresh.database, actor, waitingQuerySchema.parse(query));
	if (!found.ok) throw new Error(found.refusal.code);
	return found.value;
};
const idsOf = ({ people }: WaitingPage) => people.map(({ id }) => id);

describe('looking for those who wait', () => {
	it('puts the most urgent first, or the longest waiting, a page at a time', async () => {
		const clinic = await clinicFactory(fresh.database, { patients: 5 });
		const old = await waits(clinic, 0, { days: 100 });
		const soon = await waits(clinic, 1, { days: 10, urgency: 'soon' });
		const urgent = await waits(clinic, 2, { days: 1, urgency: 'urgent' });
		const fresher = await waits(clinic, 3, { days: 3 });
		expect(idsOf(await search(clinic, {}))).toEqual([urgent, soon, old, fresher]);
		const byAge = await search(clinic, { order: 'age', limit: 3 });
		expect(idsOf(byAge)).toEqual([old, soon, fresher]);
		expect(byAge).toMatchObject({ found: 4, next: fresher });
		const rest = await search(clinic, { order: 'age', limit: 3, after: byAge.next });
		expect(rest).toMatchObject({ found: 4, next: null });
		expect(idsOf(rest)).toEqual([urgent]);
		const second = await search(clinic, { limit: 2, after: urgent });
		expect(idsOf(second)).toEqual([soon, old]);
	});

	it('takes clinic, service, urgency, age and what was typed', async () => {
		const clinic = await clinicFactory(fresh.database, { patients: 5 });
		const everywhere = await waits(clinic, 0, { days: 40 });
		const here = await waits(clinic, 1, { clinicIds: [clinic.clinicId], urgency: 'soon' });
		const found = async (query: object) => idsOf(await search(clinic, query)).sort();
		expect(await found({ clinicId: clinic.clinicId })).toEqual([everywhere, here].sort());
		expect(await found({ clinicId: crypto.randomUUID() })).toEqual([everywhere]);
		expect(await found({ urgency: 'soon' })).toEqual([here]);
		expect(await found({ age: 'quarter' })).toEqual([everywhere]);
		expect(await found({ age: 'week' })).toEqual([here]);
		expect(await found({ serviceId: crypto.randomUUID() })).toEqual([]);
		const [person] = (await search(clinic, { urgency: 'soon' })).people;
		expect(await found({ text: person!.patient!.name })).toEqual([here]);
		expect(await found({ text: '%' })).toEqual([]);
	});

	it('tells notes and names to those who may know patients, and writes down whom it named', async () => {
		const clinic = await clinicFactory(fresh.database, { patients: 3 });
		await waits(clinic, 0, { note: 'Comes from work' });
		const { people } = await search(clinic, {});
		expect(people[0]).toMatchObject({
			patient: { id: clinic.patientIds[0] },
			note: 'Comes from work'
		});
		const looks = await inOrganization(fresh.database, clinic.organizationId, (transaction) =>
			transaction.select().from(auditEntries).where(eq(auditEntries.kind, 'waitlist-read'))
		);
		expect(looks).toMatchObject([{ detail: { patientIds: [clinic.patientIds[0]] } }]);
		const planner: Actor = {
			...clinic.receptionist,
			roles: [
				{
					...{ role: 'planner', clinicId: null, practitionerId: null },
					grants: { 'waitlist.read': 'organization' }
				}
			]
		};
		const unknown = await search(clinic, {}, planner);
		expect(unknown).toMatchObject({ found: 1, people: [{ patient: null, note: '' }] });
		// What cannot be read cannot be found out by searching for it either.
		const guessed = await search(clinic, { text: people[0]!.patient!.name }, planner);
		expect(guessed).toMatchObject({ found: 0, people: [] });
	});

	it('refuses whoever may not know who waits', async () => {
		const clinic = await clinicFactory(fresh.database);
		const nobody: Actor = { ...clinic.receptionist, roles: [] };
		const refused = await searchWaitlist(fresh.database, nobody, waitingQuerySchema.parse({}));
		expect(refused).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
		expect(await waitingFigures(fresh.database, nobody)).toMatchObject({ ok: false });
		expect(await countWaiting(fresh.database, nobody, clinic.clinicId)).toBeNull();
	});
});

it('counts by clinic, service, urgency and age', async () => {
	const clinic = await clinicFactory(fresh.database, { patients: 4 });
	await waits(clinic, 0, { days: 100, urgency: 'urgent' });
	await waits(clinic, 1, { days: 8, clinicIds: [clinic.clinicId] });
	await waits(clinic, 2);
	const figures = await waitingFigures(fresh.database, clinic.receptionist);
	expect(figures).toMatchObject({
		ok: true,
		value: {
			...{ waiting: 3, urgent: 1, offered: 0 },
			services: [{ key: clinic.serviceId, count: 3 }],
			urgencies: [
				{ key: 'urgent', count: 1 },
				{ key: 'soon', count: 0 },
				{ key: 'routine', count: 2 }
			],
			ages: [
				{ key: 'week', count: 1 },
				{ key: 'month', count: 1 },
				{ key: 'quarter', count: 0 },
				{ key: 'longer', count: 1 }
			]
		}
	});
	expect(await countWaiting(fresh.database, clinic.receptionist, clinic.clinicId)).toBe(3);
});

describe('changing an entry', () => {
	it('gives it other wishes and keeps its place', async () => {
		const clinic = await clinicFactory(fresh.database);
		const id = await waits(clinic, 0, { days: 5, practitionerIds: [clinic.practitionerIds[0]!] });
		const [before] = (await search(clinic, {})).people;
		const wish = wishFor(clinic, { urgency: 'urgent', weekdays: [2], note: 'Rather Tuesdays' });
		const changed = await changeEntry(fresh.database, clinic.receptionist, {
			...{ id, wish, revision: before!.revision }
		});
		expect(changed).toEqual({ ok: true, value: { id, revision: before!.revision + 1 } });
		const [after] = (await search(clinic, {})).people;
		expect(after).toMatchObject({
			...{ id, urgency: 'urgent', weekdays: [2], note: 'Rather Tuesdays', doctors: [] },
			waitingSince: before!.waitingSince
		});
		const late = await changeEntry(fresh.database, clinic.receptionist, {
			...{ id, wish, revision: before!.revision }
		});
		expect(late).toMatchObject({ ok: false, refusal: { code: 'stale-revision' } });
	});

	it('refuses unknown ones, unknown services, and other organizations', async () => {
		const clinic = await clinicFactory(fresh.database);
		const other = await clinicFactory(fresh.database);
		const id = await waits(clinic, 0);
		const change = (actor: Actor, wish: EntryWish, entryId = id) =>
			changeEntry(fresh.database, actor, { id: entryId, revision: 1, wish });
		const wish = wishFor(clinic);
		expect(await change(other.receptionist, wish)).toMatchObject({ ok: false });
		expect(await change(clinic.receptionist, wish, crypto.randomUUID())).toMatchObject({
			refusal: { code: 'not-found' }
		});
		expect(await change(clinic.receptionist, wishFor(other))).toMatchObject({
			refusal: { code: 'not-found', field: 'serviceId' }
		});
		expect((await search(clinic, {})).people).toMatchObject([{ id, revision: 1 }]);
	});
});
