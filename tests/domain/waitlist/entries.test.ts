/** Getting on the waitlist and off it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientActor, visitorActor } from '#domain/booking/visitor.ts';
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import {
	entryWishSchema,
	weekdayBits,
	weekdaysOf,
	type EntryWish
} from '#domain/waitlist/entry.ts';
import { listWaitlist, readEntriesOf } from '#domain/waitlist/queries.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
	fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const TODAY = Temporal.Now.plainDateISO('UTC').toString();
const LATER = Temporal.PlainDate.from(TODAY).add({ weeks: 3 }).toString();

const wishFor = (clinic: Clinic, more: Partial<EntryWish> = {}): EntryWish =>
	entryWishSchema(TODAY).parse({
		...{ serviceId: clinic.serviceId, firstDate: TODAY, lastDate: LATER, ...more }
	});
const entryFor = (clinic: Clinic, patient: number, more: Partial<EntryWish> = {}) => ({
	...({ patientId: clinic.patientIds[patient]!, source: 'reception', again: 'refuse' } as const),
	wish: wishFor(clinic, more)
});
const siteOf = ({ organizationId, receptionist }: Clinic) => ({
	...{
		organizationId,
		accountId: receptionist.userId,
		slug: 'x',
		name: '',
		hue: 0,
		texts: {},
		specialties: {},
		logo: null,
		currency: 'GBP'
	}
});

describe('joining', () => {
	it('keeps all that was said, and the note sealed', async () => {
		const clinic = await clinicFactory(fresh.database);
		const { clinicId, practitionerIds } = clinic;
		const more = {
			...{ clinicIds: [clinicId, clinicId], practitionerIds: [practitionerIds[0]!] },
			...{ weekdays: [1, 5], fromMinute: 480, untilMinute: 720, noticeMinutes: 30 },
			...({ urgency: 'urgent', note: 'Comes from work' } as const)
		};
		const joined = await joinWaitlist(
			fresh.database,
			clinic.receptionist,
			entryFor(clinic, 0, more)
		);
		expect(joined.ok).toBe(true);
		const listed = await listWaitlist(fresh.database, clinic.receptionist);
		expect(listed).toMatchObject({
			ok: true,
			value: [
				{
					...{ patientId: clinic.patientIds[0], urgency: 'urgent', weekdays: [1, 5] },
					...{ fromMinute: 480, untilMinute: 720, noticeMinutes: 30, lastDate: LATER },
					clinics: [{ id: clinicId }],
					doctors: [{ id: practitionerIds[0] }]
				}
			]
		});
		expect(JSON.stringify(listed)).not.toContain('Comes from work');
	});

	it('happens once for one service, also when it is asked for twenty times at once', async () => {
		const clinic = await clinicFactory(fresh.database);
		const all = await Promise.all(
			Array.from({ length: 20 }, () =>
				joinWaitlist(fresh.database, clinic.receptionist, entryFor(clinic, 0))
			)
		);
		expect(all.filter(({ ok }) => ok)).toHaveLength(1);
		expect(all.filter((one) => !one.ok && one.refusal.code === 'already-waiting')).toHaveLength(19);
	});

	it('again changes the wishes where that is asked for, and keeps the place', async () => {
		const clinic = await clinicFactory(fresh.database);
		const { database } = fresh;
		const first = await joinWaitlist(database, clinic.receptionist, {
			...entryFor(clinic, 0, { clinicIds: [clinic.clinicId] })
		});
		const before = await listWaitlist(database, clinic.receptionist);
		const again = await joinWaitlist(database, clinic.receptionist, {
			...{ ...entryFor(clinic, 0, { noticeMinutes: 1_440 }), again: 'replace' }
		});
		expect(again).toEqual(first);
		const after = await listWaitlist(database, clinic.receptionist);
		const [was, is] = [before, after].map((one) => (one.ok ? one.value[0]! : null));
		expect(is).toMatchObject({ clinics: [], noticeMinutes: 1_440 });
		expect(is!.waitingSince).toBe(was!.waitingSince);
	});

	it.each([
		['service', { serviceId: crypto.randomUUID() }, 'serviceId'],
		['clinic', { clinicIds: [crypto.randomUUID()] }, 'clinicIds'],
		['doctor', { practitionerIds: [crypto.randomUUID()] }, 'practitionerIds']
	])('is refused for a %s that there is not', async (_, more, field) => {
		const clinic = await clinicFactory(fresh.database);
		const joined = await joinWaitlist(
			fresh.database,
			clinic.receptionist,
			entryFor(clinic, 0, more)
		);
		expect(joined).toEqual({ ok: false, refusal: { code: 'not-found', field } });
	});

	it('is refused for days that went by', async () => {
		const clinic = await clinicFactory(fresh.database);
		const wish = { ...wishFor(clinic), firstDate: '2020-01-01', lastDate: '2020-01-02' };
		const joined = await joinWaitlist(fresh.database, clinic.receptionist, {
			...{ ...entryFor(clinic, 0), wish }
		});
		expect(joined).toMatchObject({ refusal: { code: 'date-out-of-range', field: 'lastDate' } });
	});
});

describe('leaving', () => {
	it('patients leave what is theirs, and learn nothing of what is not', async () => {
		const clinic = await clinicFactory(fresh.database);
		const { database } = fresh;
		const join = async (patient: number) => {
			const joined = await joinWaitlist(database, clinic.receptionist, entryFor(clinic, patient));
			return joined.ok ? joined.value.id : '';
		};
		const [own, other] = [await join(0), await join(1)];
		const patient = patientActor(siteOf(clinic), clinic.patientIds[0]!, null);
		const seen = await readEntriesOf(database, patient, clinic.patientIds, 'en');
		expect(seen.map(({ id }) => id)).toEqual([own]);
		expect(await leaveWaitlist(database, patient, other)).toMatchObject({
			refusal: { code: 'not-found' }
		});
		expect(await leaveWaitlist(database, patient, own)).toEqual({ ok: true, value: null });
		expect(await leaveWaitlist(database, patient, own)).toMatchObject({
			refusal: { code: 'not-found' }
		});
		expect(await readEntriesOf(database, patient, clinic.patientIds, 'en')).toEqual([]);
		// Whoever left may wait again.
		expect((await joinWaitlist(database, patient, entryFor(clinic, 0))).ok).toBe(true);
	});

	it('a visitor sees nobody who waits', async () => {
		const clinic = await clinicFactory(fresh.database);
		await joinWaitlist(fresh.database, clinic.receptionist, entryFor(clinic, 0));
		const visitor = visitorActor(siteOf(clinic), 'hash', null);
		expect(await readEntriesOf(fresh.database, visitor, clinic.patientIds, 'en')).toEqual([]);
		expect((await listWaitlist(fresh.database, visitor)).ok).toBe(false);
	});
});

describe('what somebody asks for', () => {
	const fault = (more: object) => {
		const wish = { serviceId: crypto.randomUUID(), firstDate: TODAY, lastDate: LATER, ...more };
		const parsed = entryWishSchema(TODAY).safeParse(wish);
		return parsed.success
			? null
			: parsed.error.issues.map(({ path, message }) => [path[0], message]);
	};
	it.each([
		['a date that is none', { lastDate: '2027-02-30' }, ['lastDate', 'not-a-date']],
		[
			'days that went by',
			{ firstDate: '2020-01-01', lastDate: '2020-01-02' },
			['lastDate', 'too-soon']
		],
		[
			'a last day before the first',
			{ firstDate: LATER, lastDate: TODAY },
			['lastDate', 'wrong-order']
		],
		['a day in ten years', { lastDate: '2090-01-01' }, ['lastDate', 'too-far']],
		['no weekday', { weekdays: [] }, ['weekdays', 'no-weekday']],
		[
			'an end before the beginning',
			{ fromMinute: 700, untilMinute: 600 },
			['untilMinute', 'wrong-order']
		]
	])('%s is told at its field', (_, more, told) => {
		expect(fault(more)).toContainEqual(told);
	});

	it('weekdays survive being stored', () => {
		for (let bits = 1; bits <= 127; bits++) expect(weekdayBits(weekdaysOf(bits))).toBe(bits);
	});
});
