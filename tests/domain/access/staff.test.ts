import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { makeAccountLink } from '#domain/access/commands/links.ts';
import {
	addAccount,
	changeAccount,
	closeAccount,
	endDevicesOf,
	reopenAccount
} from '#domain/access/commands/staff.ts';
import { peekAtSession } from '#domain/access/queries.ts';
import { whySignedOut } from '#domain/access/queries/devices.ts';
import { readStaff } from '#domain/access/queries/staff.ts';
import { accountChangeSchema, newAccountSchema, type RoleInput } from '#domain/access/staff.ts';
import {
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
let administrator: Actor;
let ofClinic: Actor;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database);
	administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
	ofClinic = await staffFactory(fresh.database, clinic, {
		...{ role: 'clinic-administrator', clinicId: clinic.clinicId }
	});
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const role = (name: string, more: Partial<RoleInput> = {}): RoleInput => ({
	...{ role: name, clinicId: clinic.clinicId, practitionerId: null, ...more }
});
const address = () => `${crypto.randomUUID()}@staff.example`;
const add = (actor: Actor, roles: RoleInput[], email = address()) =>
	addAccount(fresh.database, actor, { name: 'Somebody New', email, roles });
async function added(roles: RoleInput[] = [role('receptionist')]): Promise<string> {
	const made = await add(administrator, roles);
	if (!made.ok) throw new Error(made.refusal.code);
	return made.value.userId;
}
const change = (actor: Actor, userId: string, roles: RoleInput[], name = 'Somebody New') =>
	changeAccount(fresh.database, actor, { userId, name, roles });
async function seenBy(actor: Actor) {
	const staff = await readStaff(fresh.database, actor);
	if (!staff.ok) throw new Error(staff.refusal.code);
	return staff.value;
}
const accountOf = async (userId: string, actor = administrator) =>
	(await seenBy(actor)).accounts.find(({ id }) => id === userId);
async function audited(userId: string): Promise<string[]> {
	const { rows } = await owner.query<{ kind: string }>(
		'SELECT kind FROM audit_entries WHERE subject_id = $1 ORDER BY id',
		[userId]
	);
	return rows.map(({ kind }) => kind);
}
const refusedWith = (code: string, field?: string) => ({
	refusal: { code, ...(field ? { field } : {}) }
});

describe('an account', () => {
	it('is made without a password, and invited', async () => {
		const userId = await added();
		expect(await accountOf(userId)).toMatchObject({
			...{ name: 'Somebody New', signIn: 'invited', active: true, secondFactor: false },
			...{ lastUsedAt: null, roles: [{ role: 'receptionist', clinicId: clinic.clinicId }] }
		});
		const link = await makeAccountLink(fresh.database, administrator, {
			...{ userId, purpose: 'invitation' }
		});
		expect(link).toMatchObject({ ok: true });
		expect(await audited(userId)).toEqual(['account-made', 'link-made']);
	});

	it('is refused for an address that signs in already, whatever its capitals', async () => {
		const typed = newAccountSchema.parse({
			...{
				name: 'A',
				email: `${administrator.userId}@STAFF.example`,
				roles: [role('receptionist')]
			}
		});
		const made = await addAccount(fresh.database, administrator, typed);
		expect(made).toMatchObject(refusedWith('email-taken', 'email'));
	});

	it.each<[string, () => RoleInput[], string, string]>([
		['a doctor who is nobody', () => [role('doctor')], 'invalid', 'roles.0.practitionerId'],
		[
			'a doctor of another organization',
			() => [role('doctor', { practitionerId: crypto.randomUUID() })],
			...(['not-found', 'roles.0.practitionerId'] as const)
		],
		[
			'a clinic that is not there',
			() => [role('receptionist', { clinicId: crypto.randomUUID() })],
			...(['not-found', 'roles.0.clinicId'] as const)
		],
		['a role that is not there', () => [role('own-gone')], 'not-found', 'roles.0.role']
	])('is refused with %s', async (_, roles, code, field) => {
		expect(await add(administrator, roles())).toMatchObject(refusedWith(code, field));
	});

	it.each([
		['no name', { name: ' ' }, 'name'],
		['no address', { email: 'reception' }, 'email'],
		['no role', { roles: [] }, 'roles'],
		['a role for patients', { roles: [{ ...roleShape('patient') }] }, 'roles'],
		['a role twice', { roles: [roleShape('receptionist'), roleShape('receptionist')] }, 'roles']
	])('is refused by the form with %s', (_, typed, field) => {
		const good = { name: 'A', email: 'a@staff.example', roles: [roleShape('receptionist')] };
		expect(newAccountSchema.safeParse(good).success).toBe(true);
		const parsed = newAccountSchema.safeParse({ ...good, ...typed });
		expect(parsed.error?.issues[0]?.path[0]).toBe(field);
	});

	it('has the doctor only where the role asks for one', async () => {
		const practitionerId = clinic.practitionerIds[0]!;
		const userId = await added([role('doctor', { practitionerId })]);
		expect((await accountOf(userId))!.roles).toMatchObject([{ practitionerId }]);
		const reception = await added([role('receptionist', { practitionerId })]);
		expect((await accountOf(reception))!.roles).toMatchObject([{ practitionerId: null }]);
	});
});

function roleShape(name: string): RoleInput {
	return { role: name, clinicId: null, practitionerId: null };
}

describe('an administrator of one clinic', () => {
	it('manages those who work there, and sees those who work everywhere', async () => {
		const userId = await added();
		expect(await accountOf(userId, ofClinic)).toMatchObject({ manageable: true });
		expect(await accountOf(administrator.userId, ofClinic)).toMatchObject({ manageable: false });
		expect(await change(ofClinic, userId, [role('clinic-administrator')])).toMatchObject({
			ok: true
		});
	});

	it('gives nobody more than they have themselves', async () => {
		const wider = [
			[role('receptionist', { clinicId: null })],
			[role('organization-administrator')],
			[role('support')],
			[]
		];
		const userId = await added();
		for (const roles of wider) {
			expect(await change(ofClinic, userId, roles)).toMatchObject(
				refusedWith('not-allowed', 'roles')
			);
			if (roles.length > 0) {
				expect(await add(ofClinic, roles)).toMatchObject(refusedWith('not-allowed', 'roles'));
			}
		}
		const { choices } = await seenBy(ofClinic);
		expect(choices.flatMap(({ clinicIds }) => clinicIds)).not.toContain(null);
		expect(choices.map((choice) => choice.role)).toEqual([
			...['receptionist', 'doctor', 'clinic-administrator']
		]);
		expect((await accountOf(userId))!.roles).toMatchObject([{ role: 'receptionist' }]);
	});

	it('cannot touch whoever works elsewhere too', async () => {
		const userId = await added([role('receptionist', { clinicId: null })]);
		const { database } = fresh;
		for (const refused of [
			await change(ofClinic, userId, [role('receptionist')]),
			await closeAccount(database, ofClinic, userId),
			await reopenAccount(database, ofClinic, userId),
			await endDevicesOf(database, ofClinic, userId),
			await makeAccountLink(database, ofClinic, { userId, purpose: 'password-reset' })
		]) {
			expect(refused).toMatchObject(refusedWith('not-allowed'));
		}
		expect(await audited(userId)).toEqual(['account-made']);
	});
});

it('reception sees no accounts', async () => {
	expect(await readStaff(fresh.database, clinic.receptionist)).toMatchObject(
		refusedWith('not-allowed')
	);
});

describe('a change', () => {
	it('that changes nothing leaves the assignments, and so the open boards, as they are', async () => {
		const userId = await added();
		const ids = () => owner.query('SELECT id FROM role_assignments WHERE user_id = $1', [userId]);
		const { rows: before } = await ids();
		await change(administrator, userId, [role('receptionist')]);
		expect((await ids()).rows).toEqual(before);
		expect(await audited(userId)).toEqual(['account-made']);
		await change(administrator, userId, [role('receptionist')], 'Renamed');
		expect((await ids()).rows).toEqual(before);
		expect(await accountOf(userId)).toMatchObject({ name: 'Renamed' });
	});

	it('may leave an account without a role', async () => {
		const userId = await added();
		expect(await change(administrator, userId, [])).toMatchObject({ ok: true });
		expect(await accountOf(userId)).toMatchObject({ roles: [] });
		expect(accountChangeSchema.safeParse({ userId, name: 'A', roles: [] }).success).toBe(true);
	});

	it('leaves what somebody is as a patient', async () => {
		const userId = await added();
		await owner.query(
			`INSERT INTO role_assignments (organization_id, id, user_id, role, patient_id)
				VALUES ($1, gen_random_uuid(), $2, 'patient', $3)`,
			[clinic.organizationId, userId, clinic.patientIds[0]]
		);
		await change(administrator, userId, [role('receptionist', { clinicId: null })]);
		const { rows } = await owner.query(
			'SELECT role FROM role_assignments WHERE user_id = $1 ORDER BY role',
			[userId]
		);
		expect(rows).toEqual([{ role: 'patient' }, { role: 'receptionist' }]);
	});
});

describe('closing an account', () => {
	it('ends its sessions at once and says why, and it can be opened again', async () => {
		const somebody = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
		const token = await sessionFactory(fresh.database, somebody);
		expect(await peekAtSession(fresh.database, token)).not.toBeNull();
		const closed = await closeAccount(fresh.database, administrator, somebody.userId);
		expect(closed).toMatchObject({ ok: true });
		expect(await peekAtSession(fresh.database, token)).toBeNull();
		expect(await whySignedOut(fresh.database, token)).toBe('account-closed');
		expect(await accountOf(somebody.userId)).toMatchObject({ active: false });
		await reopenAccount(fresh.database, administrator, somebody.userId);
		expect(await accountOf(somebody.userId)).toMatchObject({ active: true });
		expect(await audited(somebody.userId)).toEqual(['account-closed', 'account-opened']);
	});

	it('ends its links too', async () => {
		const userId = await added();
		await makeAccountLink(fresh.database, administrator, { userId, purpose: 'invitation' });
		await closeAccount(fresh.database, administrator, userId);
		const { rows } = await owner.query(
			'SELECT expires_at <= now() AS over FROM account_links WHERE user_id = $1',
			[userId]
		);
		expect(rows).toEqual([{ over: true }]);
		const again = await makeAccountLink(fresh.database, administrator, {
			...{ userId, purpose: 'invitation' }
		});
		expect(again.ok).toBe(false);
	});

	it('is not for the own one', async () => {
		expect(await closeAccount(fresh.database, administrator, administrator.userId)).toMatchObject(
			refusedWith('own-account')
		);
	});

	it('signs out of all devices without closing', async () => {
		const somebody = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
		const tokens = [
			await sessionFactory(fresh.database, somebody),
			await sessionFactory(fresh.database, somebody)
		];
		const ended = await endDevicesOf(fresh.database, administrator, somebody.userId);
		expect(ended).toMatchObject({ value: { devices: 2 } });
		for (const token of tokens) {
			expect(await whySignedOut(fresh.database, token)).toBe('signed-out-elsewhere');
		}
	});
});

describe('the last administrator', () => {
	it('stays, also when two close each other at once', async () => {
		const small = await clinicFactory(fresh.database);
		const make = () => staffFactory(fresh.database, small, { role: 'organization-administrator' });
		let [left, other] = [await make(), await make()];
		// Not every time do both get as far as waiting for each other.
		for (let round = 0; round < 5; round++) {
			const outcomes = await Promise.all([
				closeAccount(fresh.database, left, other.userId),
				closeAccount(fresh.database, other, left.userId)
			]);
			expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
			if (!outcomes[0]!.ok) left = other;
			if (round < 4) other = await make();
		}
		const roles: RoleInput[] = [
			{ role: 'clinic-administrator', clinicId: null, practitionerId: null }
		];
		expect(
			await changeAccount(fresh.database, left, { userId: left.userId, name: 'Last', roles })
		).toMatchObject(refusedWith('last-administrator'));
	});

	it('is not replaced by somebody who has not taken up the invitation', async () => {
		const small = await clinicFactory(fresh.database);
		const last = await staffFactory(fresh.database, small, { role: 'organization-administrator' });
		const roles: RoleInput[] = [
			{ role: 'organization-administrator', clinicId: null, practitionerId: null }
		];
		await addAccount(fresh.database, last, { name: 'Invited', email: address(), roles });
		const given = { userId: last.userId, name: 'Last', roles: [] };
		expect(await changeAccount(fresh.database, last, given)).toMatchObject(
			refusedWith('last-administrator')
		);
	});
});
