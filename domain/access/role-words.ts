/** What people call the roles. */
import type { BuiltInRole } from './permissions.ts';

export const ROLE_WORDS: Record<BuiltInRole, string> = {
	receptionist: 'Reception',
	doctor: 'Doctor',
	'clinic-administrator': 'Clinic administrator',
	'operations-manager': 'Operations manager',
	support: 'Support',
	'organization-administrator': 'Administrator',
	'system-administrator': 'System administrator',
	patient: 'Patient',
	visitor: 'Visitor of the public site',
	kiosk: 'Screen at the entrance'
};

/** @returns a role's name on screens; the organization named its own ones */
export function roleWords({ role, roleName }: { role: string; roleName?: string }): string {
	if (roleName !== undefined) return roleName;
	return Object.hasOwn(ROLE_WORDS, role) ? ROLE_WORDS[role as BuiltInRole] : role;
}
