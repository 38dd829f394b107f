import { describe, expect, it } from 'vitest';
import type { Actor, RoleAssignment } from '#domain/access/actor.ts';
import { mayManage } from '#domain/access/manage-account.ts';
import { STAFF_ROLES, type Grants } from '#domain/access/permissions.ts';

const role = (name: string, clinicId: string | null = null, own: Partial<RoleAssignment> = {}) => ({
	...{ role: name, clinicId, practitionerId: null },
	...own
});
const ownRole = (grants: Grants, clinicId: string | null = null) =>
	role('own-something', clinicId, { grants });
const actor = (...roles: RoleAssignment[]): Actor => ({
	...{ userId: 'user', name: 'Someone', organizationId: 'org', sessionId: null, origin: null },
	roles
});

const ADMIN = actor(role('organization-administrator'));
const NORTH = actor(role('clinic-administrator', 'north'));
const NORTH_AND_SOUTH = actor(
	role('clinic-administrator', 'north'),
	role('clinic-administrator', 'south')
);
const EVERY_CLINIC = actor(role('clinic-administrator'));
const STAFF_ONLY = actor(ownRole({ 'staff.write': 'organization', 'board.read': 'clinic' }));

describe('who may manage whom', () => {
	it.each<[string, Actor, RoleAssignment[], boolean]>([
		['an administrator, an account without roles', ADMIN, [], true],
		['a clinic administrator, an account without roles', NORTH, [], false],
		['a receptionist, another one', actor(role('receptionist')), [role('receptionist')], false],
		['nobody in particular, anybody', actor(), [role('receptionist', 'north')], false],
		['a clinic administrator, its reception', NORTH, [role('receptionist', 'north')], true],
		['a clinic administrator, its doctor', NORTH, [role('doctor', 'north')], true],
		['a clinic administrator, its like', NORTH, [role('clinic-administrator', 'north')], true],
		["a clinic administrator, another clinic's", NORTH, [role('receptionist', 'south')], false],
		['a clinic administrator, reception everywhere', NORTH, [role('receptionist')], false],
		[
			'a clinic administrator, somebody who also works elsewhere',
			...[NORTH, [role('receptionist', 'north'), role('receptionist', 'south')], false]
		] as [string, Actor, RoleAssignment[], boolean],
		[
			'an administrator of both clinics, the same person',
			...[NORTH_AND_SOUTH, [role('receptionist', 'north'), role('receptionist', 'south')], true]
		] as [string, Actor, RoleAssignment[], boolean],
		['one of every clinic, a role of no clinic', EVERY_CLINIC, [role('receptionist')], false],
		['one of every clinic, a role at one', EVERY_CLINIC, [role('receptionist', 'north')], true],
		[
			'a clinic administrator, an administrator',
			...[NORTH, [role('organization-administrator', 'north')], false]
		] as [string, Actor, RoleAssignment[], boolean],
		['a clinic administrator, support', NORTH, [role('support', 'north')], false],
		['one who may only manage staff, reception', STAFF_ONLY, [role('receptionist')], false],
		[
			'one who may only manage staff, a role that can no more',
			...[STAFF_ONLY, [ownRole({ 'board.read': 'clinic' }, 'north')], true]
		] as [string, Actor, RoleAssignment[], boolean],
		[
			'one who may only manage staff, the same in a wider scope',
			...[STAFF_ONLY, [ownRole({ 'board.read': 'organization' })], false]
		] as [string, Actor, RoleAssignment[], boolean],
		['anybody, a role of whose rights nothing is known', ADMIN, [role('own-unknown')], false]
	])('%s', (_, someone, roles, may) => {
		expect(mayManage(someone, 'org', roles)).toBe(may);
	});

	it.each(STAFF_ROLES)(
		'an administrator manages the role %s, but in no other organization',
		(name) => {
			expect(mayManage(ADMIN, 'org', [role(name), role(name, 'north')])).toBe(true);
			expect(mayManage(ADMIN, 'other', [role(name)])).toBe(false);
		}
	);

	it('whose own things a role is about counts as well', () => {
		const grants: Grants = { 'staff.write': 'organization', 'block.write': 'own' };
		const someone = actor(role('own-some', null, { grants, practitionerId: 'doctor-1' }));
		const blocks = { 'block.write': 'own' } as const;
		const given = (practitionerId: string) =>
			role('own-blocks', 'north', { grants: blocks, practitionerId });
		expect(mayManage(someone, 'org', [given('doctor-1')])).toBe(true);
		expect(mayManage(someone, 'org', [given('doctor-2')])).toBe(false);
	});
});
