import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	addChild,
	addOfferedChild,
	endChild,
	offeredChildren
} from '#domain/patients/commands/dependants.ts';
import { dayOf } from '#domain/patients/age.ts';
import { childSchema, MOST_CHILDREN } from '#domain/patients/dependant.ts';
import { patientOfSession } from '#domain/patients/queries/session.ts';
import { readOwnVisit, upcomingVisits } from '#domain/patients/queries/visits.ts';
import { DAY_MS } from '#domain/patients/sign-in-rules.ts';
import { authorize } from '#domain/access/authorize.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { bookingOf } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import {
	patientFactory,
	practiceFactory,
	signIn,
	type PatientWish,
	type Practice
} from './family.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let ours: Practice;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 12 });
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	ours = await practiceFactory(fresh.database, owner);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

let made = 0;
const CHILD = { givenName: 'Zoë', familyName: 'Nowak-Żak', birthDate: '2019-06-07' };

/** A parent with an e-mail address that was proven, and a telephone number that was only typed. */
async function parent(wish: PatientWish = {}) {
	const email = `parent${++made}@home.example`;
	const phone = `+4870000${String(made).padStart(4, '0')}`;
	const id = await patientFactory(ours, { email, phone, ...wish });
	const { patient, token } = await signIn(ours, { kind: 'email', value: email });
	const again = (now = Date.now()) => patientOfSession(fresh.database, ours.site, token, null, now);
	return { id, email, phone, patient, again };
}
const stored = async (id: string) =>
	(await owner.query('SELECT * FROM patients WHERE id = $1', [id])).rows[0];

describe('a child', () => {
	it('that nobody knows is made anew, reached as the parent is', async () => {
		const { id, email, phone, patient, again } = await parent();
		const added = await addChild(fresh.database, patient, CHILD);
		const child = await stored(added.ok ? added.value : '');
		expect(child).toMatchObject({ given_name: 'Zoë', email, phone });
		const now = await again();
		expect(now!.children).toEqual([{ id: child.id, ...CHILD }]);
		expect(now!.actor.roles.map(({ patientId }) => patientId)).toEqual([id, child.id]);
	});

	it('that the clinic knows by the proven contact is the same, however it is spelt', async () => {
		const { email, patient } = await parent();
		const known = await patientFactory(ours, { ...CHILD, email: email.toUpperCase() });
		const spelt = { ...CHILD, givenName: 'ZOE', familyName: 'nowak-zak' };
		expect(await addChild(fresh.database, patient, spelt)).toEqual({ ok: true, value: known });
	});

	it('of somebody else is not found, even by a number that was only typed', async () => {
		const { phone, patient } = await parent();
		const others = [
			await patientFactory(ours, { ...CHILD, email: 'else@home.example' }),
			await patientFactory(ours, { ...CHILD, phone })
		];
		const added = await addChild(fresh.database, patient, CHILD);
		expect(added.ok && !others.includes(added.value)).toBe(true);
	});

	it('is offered by the proven contact alone, and no adult is', async () => {
		const { id, email, phone, patient, again } = await parent();
		const mine = await patientFactory(ours, { ...CHILD, email });
		await patientFactory(ours, { email, birthDate: '1980-01-01' });
		const byPhone = await patientFactory(ours, { ...CHILD, phone });
		const offered = () => offeredChildren(fresh.database, patient);
		expect((await offered()).map((one) => one.id)).toEqual([mine]);
		for (const other of [byPhone, id, crypto.randomUUID()]) {
			expect((await addOfferedChild(fresh.database, patient, other)).ok).toBe(false);
		}
		expect((await addOfferedChild(fresh.database, patient, mine)).ok).toBe(true);
		expect(await offered()).toEqual([]);
		expect((await again())!.children).toHaveLength(1);
	});

	it('is the guardian’s to see until it is ended; then it can be added again', async () => {
		const { patient, again } = await parent();
		const added = await addChild(fresh.database, patient, CHILD);
		const childId = added.ok ? added.value : '';
		expect((await endChild(fresh.database, patient, childId)).ok).toBe(true);
		expect((await again())!.children).toEqual([]);
		expect(await endChild(fresh.database, patient, childId)).toMatchObject({ ok: false });
		expect(await addChild(fresh.database, patient, CHILD)).toEqual(added);
		expect((await again())!.children).toHaveLength(1);
	});

	it('of another parent is not ended', async () => {
		const [one, other] = [await parent(), await parent()];
		const added = await addChild(fresh.database, one.patient, CHILD);
		expect((await endChild(fresh.database, other.patient, added.ok ? added.value : '')).ok).toBe(
			false
		);
		expect((await one.again())!.children).toHaveLength(1);
	});

	it('acts alone from the eighteenth birthday on', async () => {
		const { patient, again } = await parent();
		const birthday = dayOf(Date.now() + 5 * DAY_MS);
		const born = Temporal.PlainDate.from(birthday).subtract({ years: 18 }).toString();
		await addChild(fresh.database, patient, { ...CHILD, birthDate: born });
		const on = async (days: number) =>
			(await again(Date.parse(birthday) + days * DAY_MS))!.children.length;
		expect([await on(-1), await on(0), await on(1)]).toEqual([1, 0, 0]);
	});

	it('does not act for another', async () => {
		const { patient } = await parent({ birthDate: '2012-01-01' });
		expect(await addChild(fresh.database, patient, CHILD)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
	});

	it('is made once when it is added twice at once, and there are only so many', async () => {
		const { patient, again } = await parent();
		const twice = [1, 2].map(() => addChild(fresh.database, patient, CHILD));
		const [one, other] = await Promise.all(twice);
		expect(one).toEqual(other);
		for (let i = 1; i < MOST_CHILDREN; i++) {
			const child = { ...CHILD, givenName: `Zoë ${'abcdefghijklmn'[i]}` };
			expect((await addChild(fresh.database, patient, child)).ok).toBe(true);
		}
		expect(await addChild(fresh.database, patient, { ...CHILD, givenName: 'One more' })).toEqual({
			...{ ok: false, refusal: { code: 'invalid', field: 'children' } }
		});
		expect((await again())!.children).toHaveLength(MOST_CHILDREN);
	});
});

it.each([
	['2008-02-29', '2026-02-28', null],
	['2008-02-28', '2026-02-28', 'of-age'],
	['2027-01-01', '2026-02-28', 'in-the-future'],
	['', '2026-02-28', 'missing']
])('a child born on %j, added on %s: %s', (birthDate, today, fault) => {
	const parsed = childSchema(today).safeParse({ ...CHILD, birthDate });
	expect(parsed.error?.issues[0]?.message ?? null).toBe(fault);
});

it('a guardian sees the child’s visits, and nobody else’s', async () => {
	const { patient, again } = await parent();
	const added = await addChild(fresh.database, patient, CHILD);
	const childId = added.ok ? added.value : '';
	const startsAt = Date.UTC(2040, 0, 4, 9);
	const book = async (patientId: string, hours: number) => {
		const booking = bookingOf(ours.clinic, { startsAt: startsAt + hours * 3_600_000 });
		const intent = { ...booking, changes: { ...booking.changes, patientId } };
		const verdict = await carryOut(fresh.database, ours.clinic.receptionist, intent, {
			now: startsAt - DAY_MS
		});
		expect(verdict.outcome).toBe('accepted');
		return booking.appointmentId;
	};
	const theirs = await book(childId, 0);
	const foreign = await book(ours.clinic.patientIds[0]!, 1);
	const { actor } = (await again())!;
	const seen = await upcomingVisits(fresh.database, actor, 'en', startsAt - DAY_MS);
	expect(seen.map(({ appointmentId }) => appointmentId)).toEqual([theirs]);
	expect(await readOwnVisit(fresh.database, actor, theirs, 'en')).toMatchObject({
		patientId: childId
	});
	expect(await readOwnVisit(fresh.database, actor, foreign, 'en')).toBeNull();
	const { organizationId } = ours.site;
	const subject = { organizationId, clinicId: ours.clinic.clinicId, practitionerId: null };
	for (const [patientId, expected] of [
		[childId, true],
		[ours.clinic.patientIds[0]!, false]
	] as const) {
		expect(authorize(actor, 'appointment.cancel', { ...subject, patientId })).toBe(expected);
	}
});
