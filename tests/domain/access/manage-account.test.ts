import { describe, expect, it } from 'vitest';
import type { Actor, RoleAssignment } from '#domain/access/actor.ts';
import { mayManage } from '#domain/access/manage-account.ts';
import type { Grants } from '#domain/access/permissions.ts';

const role = (
	name: string,
	clinicId: string | null = null,
	more: Partial<RoleAssignment> = {}
): RoleAssignment => ({ role: name, clinicId, practitionerId: null, ...more });
const own = (grants: Grants, clinicId: string | null = null) =>
	role('own-special', clinicId, { grants });
const actor = (...roles: RoleAssignment[]): Actor => ({
	...{ userId: 'user', name: 'Someone', organizationId: 'org', sessionId: null, origin: null },
	roles
});

const everything = actor(role('organization-administrator'));
const north = actor(role('clinic-administrator', 'north'));
const both = actor(role('clinic-administrator', 'north'), role('clinic-administrator', 'south'));
const allClinics = actor(role('clinic-administrator'));
const doctor = role('doctor', 'north', { practitionerId: 'doctor-1' });

describe('who may manage an account with which roles', () => {
	it.each<[string, Actor, RoleAssignment[], boolean]>([
		['an administrator: reception at a clinic', everything, [role('receptionist', 'north')], true],
		['an administrator: a colleague', everything, [role('organization-administrator')], true],
		['an administrator: support, which sees less of people', everything, [role('support')], true],
		[
			'an administrator: who keeps sign-in running',
			everything,
			[role('system-administrator')],
			true
		],
		['an administrator: a doctor', everything, [doctor], true],
		['an administrator: nobody’s roles', everything, [], true],
		['an administrator: a role that nobody knows', everything, [role('own-gone')], false],
		['a clinic’s: reception there', north, [role('receptionist', 'north')], true],
		['a clinic’s: a doctor there', north, [doctor], true],
		['a clinic’s: a colleague there', north, [role('clinic-administrator', 'north')], true],
		['a clinic’s: reception elsewhere', north, [role('receptionist', 'south')], false],
		['a clinic’s: reception everywhere', north, [role('receptionist')], false],
		[
			'a clinic’s: reception there and elsewhere',
			...[north, [role('receptionist', 'north'), role('receptionist', 'south')], false]
		] as [string, Actor, RoleAssignment[], boolean],
		[
			'of both: reception there and elsewhere',
			...[both, [role('receptionist', 'north'), role('receptionist', 'south')], true]
		] as [string, Actor, RoleAssignment[], boolean],
		['a clinic’s: an administrator', north, [role('organization-administrator')], false],
		[
			'a clinic’s: an administrator’s role at the clinic',
			north,
			[role('organization-administrator', 'north')],
			false
		],
		['a clinic’s: support there', north, [role('support', 'north')], false],
		['a clinic’s: an account without roles', north, [], false],
		['a clinic’s: a role with less', north, [own({ 'board.read': 'clinic' }, 'north')], true],
		[
			'a clinic’s: a role with one thing more',
			north,
			[own({ 'audit.read': 'clinic' }, 'north')],
			false
		],
		[
			'a clinic’s: a role that reaches farther',
			north,
			[own({ 'board.read': 'organization' }, 'north')],
			false
		],
		['of all clinics, one by one: reception everywhere', allClinics, [role('receptionist')], false],
		[
			'reception: reception',
			actor(role('receptionist', 'north')),
			[role('receptionist', 'north')],
			false
		],
		[
			'who keeps sign-in running: itself',
			actor(role('system-administrator')),
			[role('system-administrator')],
			false
		],
		[
			'own things: of the same person',
			actor(own({ 'staff.write': 'clinic', 'people.read': 'own' }, 'north')),
			[own({ 'people.read': 'own' }, 'north')],
			true
		],
		[
			'own things: of somebody else',
			actor(own({ 'staff.write': 'clinic', 'people.read': 'own' }, 'north')),
			[
				role('own-special', 'north', {
					grants: { 'people.read': 'own' },
					practitionerId: 'doctor-1'
				})
			],
			false
		]
	])('%s', (_, who, roles, answer) => {
		expect(mayManage(who, 'org', roles)).toBe(answer);
	});

	it('nobody in another organization', () => {
		expect(mayManage(everything, 'other', [role('receptionist', 'north')])).toBe(false);
	});
});
