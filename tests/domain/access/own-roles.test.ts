import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { removeRole, saveRole } from '#domain/access/commands/roles.ts';
import { keyFromName, ownRoleSchema } from '#domain/access/own-role.ts';
import { PERMISSION_WORDS } from '#domain/access/permission-words.ts';
import { ROLE_TABLE, type Grants } from '#domain/access/permissions.ts';
import { peekAtSession } from '#domain/access/queries.ts';
import { holdersOf, readRolesPage } from '#domain/access/queries/own-roles.ts';
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
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	clinic = await clinicFactory(fresh.database);
	administrator = await staffFactory(fresh.database, clinic, {
		role: 'organization-administrator'
	});
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const NIGHT: Grants = { 'board.read': 'clinic', 'people.read': 'clinic' };
const save = (name: string, grants: Grants, key?: string, actor = administrator) =>
	saveRole(fresh.database, actor, { name, grants, ...(key ? { key } : {}) });
async function saved(name: string, grants: Grants = NIGHT): Promise<string> {
	const made = await save(name, grants);
	if (!made.ok) throw new Error(made.refusal.code);
	return made.value.key;
}

describe("a role of the organization's own", () => {
	it('is made, given, changed for whoever has it, and taken away when nobody does', async () => {
		const key = await saved('Night desk');
		expect(key).toBe('own-night-desk');
		const holder = await staffFactory(fresh.database, clinic, {
			...{ role: key, clinicId: clinic.clinicId }
		});
		const token = await sessionFactory(fresh.database, holder);
		const here = { ...clinic, practitionerId: null };
		const now = async () => (await peekAtSession(fresh.database, token))!;
		expect(authorize(await now(), 'people.read', here)).toBe(true);
		expect(await save('Night desk', { 'board.read': 'clinic' }, key)).toMatchObject({ ok: true });
		expect(authorize(await now(), 'people.read', here)).toBe(false);
		expect(authorize(await now(), 'board.read', here)).toBe(true);
		expect(await removeRole(fresh.database, administrator, key)).toMatchObject({
			refusal: { code: 'role-in-use' }
		});
		expect(await holdersOf(fresh.database, administrator, key)).toEqual([holder.name]);
		await owner.query('DELETE FROM role_assignments WHERE user_id = $1', [holder.userId]);
		expect(await removeRole(fresh.database, administrator, key)).toMatchObject({ ok: true });
		const { rows } = await owner.query(
			'SELECT kind FROM audit_entries WHERE subject_id = $1 ORDER BY id',
			[key]
		);
		expect(rows.map(({ kind }) => kind)).toEqual(['role-saved', 'role-saved', 'role-removed']);
	});

	it('keeps its key when it is renamed, and shares its name with no other', async () => {
		const key = await saved('Ward round');
		await save('Evening round', NIGHT, key);
		expect(await readRolesPage(fresh.database, administrator)).toContainEqual({
			...{ key, name: 'Evening round', grants: NIGHT, accounts: 0, manageable: true }
		});
		expect(await save('evening ROUND', NIGHT)).toMatchObject({
			refusal: { code: 'invalid', field: 'name' }
		});
	});

	it('is for those who may make roles, and holds nothing that they may not do', async () => {
		const limited = await staffFactory(fresh.database, clinic, {
			role: await saved('Role maker', {
				...{ 'role.write': 'organization', 'staff.write': 'organization' },
				'board.read': 'organization'
			})
		});
		const actor = { ...limited, roles: await rolesOf(limited) };
		expect(await save('Looks', { 'board.read': 'clinic' }, undefined, actor)).toMatchObject({
			ok: true
		});
		expect(await save('Reads', NIGHT, undefined, actor)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
		// Nor may what holds more be cut down by them.
		const wide = await saved('Wide');
		expect(await save('Wide', { 'board.read': 'clinic' }, wide, actor)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
		expect(await removeRole(fresh.database, actor, wide)).toMatchObject({
			refusal: { code: 'not-allowed' }
		});
		for (const role of ['receptionist', 'clinic-administrator', 'system-administrator']) {
			const somebody = await staffFactory(fresh.database, clinic, { role });
			expect(await save('Mine', NIGHT, undefined, somebody)).toMatchObject({
				refusal: { code: 'not-allowed' }
			});
		}
	});

	it('by which the last administrator is one cannot lose what makes them so', async () => {
		const small = await clinicFactory(fresh.database);
		const first = await staffFactory(fresh.database, small, { role: 'organization-administrator' });
		const everything = ROLE_TABLE['organization-administrator'];
		const made = await saveRole(fresh.database, first, { name: 'Head', grants: everything });
		if (!made.ok) throw new Error(made.refusal.code);
		const head = await staffFactory(fresh.database, small, { role: made.value.key });
		await owner.query('DELETE FROM role_assignments WHERE user_id = $1', [first.userId]);
		const actor = { ...head, roles: await rolesOf(head) };
		const { 'role.write': _, ...less } = everything;
		expect(
			await saveRole(fresh.database, actor, { key: made.value.key, name: 'Head', grants: less })
		).toMatchObject({ refusal: { code: 'last-administrator' } });
	});
});

/** As the actor's own request would find them. */
async function rolesOf(actor: Actor): Promise<Actor['roles']> {
	return (await peekAtSession(fresh.database, await sessionFactory(fresh.database, actor)))!.roles;
}

describe('the form', () => {
	it.each([
		['no name', { name: ' ' }, 'name'],
		['nothing allowed', { grants: {} }, 'grants'],
		['a permission that there is not', { grants: { 'board.burn': 'own' } }, 'grants'],
		['a reach that makes no sense', { grants: { 'settings.write': 'own' } }, 'grants'],
		['the key of a built-in role', { key: 'receptionist' }, 'key']
	])('takes no role with %s', (_, typed, field) => {
		const good = { name: 'Night', grants: NIGHT };
		expect(ownRoleSchema.safeParse(good).success).toBe(true);
		const parsed = ownRoleSchema.safeParse({ ...good, ...typed });
		expect(parsed.error?.issues[0]?.path[0]).toBe(field);
	});

	it('takes every built-in role for staff as a start', () => {
		for (const [role, grants] of Object.entries(ROLE_TABLE)) {
			const parsed = ownRoleSchema.safeParse({ name: 'Copy', grants });
			expect([role, parsed.error?.issues ?? []]).toEqual([role, []]);
		}
		expect(Object.keys(PERMISSION_WORDS).length).toBeGreaterThan(20);
	});

	it.each([
		['Night desk', [], 'own-night-desk'],
		['Łódź – Empfang (früh)', [], 'own-lodz-empfang-fruh'],
		['夜', [], 'own-role'],
		['Night', ['own-night', 'own-night-2'], 'own-night-3'],
		['x'.repeat(60), [], `own-${'x'.repeat(50)}`]
	])('%s becomes a key', (name, taken, key) => {
		expect(keyFromName(name, new Set(taken))).toBe(key);
	});
});
