import { describe, expect, it } from 'vitest';
import type { Actor, RoleAssignment } from '#domain/access/actor.ts';
import { authorize, readableScope } from '#domain/access/authorize.ts';
import { PERMISSIONS } from '#domain/access/permissions.ts';

const actor = (...roles: RoleAssignment[]): Actor => ({
	...{ userId: 'user', name: 'Someone', organizationId: 'org', sessionId: null, origin: null },
	roles
});
const receptionist = actor({ role: 'receptionist', clinicId: 'north', practitionerId: null });
const administrator = actor({
	role: 'organization-administrator',
	clinicId: null,
	practitionerId: null
});
const doctor = actor({ role: 'doctor', clinicId: null, practitionerId: 'doctor-1' });
const at = (clinicId: string | null, practitionerId: string | null = null) => ({
	...{ organizationId: 'org', clinicId, practitionerId }
});

describe('authorize', () => {
	it('gives nobody anything in another organization, and nothing without a role', () => {
		for (const permission of PERMISSIONS) {
			for (const someone of [receptionist, administrator, doctor]) {
				const elsewhere = { ...at('north', 'doctor-1'), organizationId: 'other' };
				expect(authorize(someone, permission, elsewhere)).toBe(false);
			}
			expect(authorize(actor(), permission, at('north', 'doctor-1'))).toBe(false);
		}
	});

	it('keeps a role to its clinic', () => {
		expect(authorize(receptionist, 'appointment.move', at('north'))).toBe(true);
		expect(authorize(receptionist, 'appointment.move', at('south'))).toBe(false);
		expect(authorize(administrator, 'appointment.move', at('south'))).toBe(true);
	});

	it('keeps a doctor to the own visits and time', () => {
		expect(authorize(doctor, 'board.read', at('north'))).toBe(true);
		expect(authorize(doctor, 'block.write', at('north', 'doctor-1'))).toBe(true);
		expect(authorize(doctor, 'block.write', at('north', 'doctor-2'))).toBe(false);
		expect(authorize(doctor, 'block.write', at('north'))).toBe(false);
		expect(authorize(doctor, 'appointment.book', at('north', 'doctor-1'))).toBe(false);
	});

	it('tells whose rows may be read', () => {
		expect(readableScope(receptionist, 'people.read', 'north')).toBe('all');
		expect(readableScope(receptionist, 'people.read', 'south')).toEqual([]);
		expect(readableScope(doctor, 'people.read', 'north')).toEqual(['doctor-1']);
	});
});
