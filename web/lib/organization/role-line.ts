/** A role of somebody in words. */
import type { RoleAssignment } from '#domain/access/actor.ts';
import { roleWords } from '#domain/access/role-words.ts';
import type { StaffDirectory } from '#domain/access/staff.ts';

/** @returns `Reception, North`, or `Doctor, every clinic, Dr Nowak` */
export function roleLine(
	role: RoleAssignment,
	{ clinics, practitioners }: Pick<StaffDirectory, 'clinics' | 'practitioners'>
): string {
	const nameIn = (list: { id: string; name: string }[], id: string | null) =>
		list.find((one) => one.id === id)?.name;
	return [
		roleWords(role),
		role.clinicId === null ? 'every clinic' : nameIn(clinics, role.clinicId),
		nameIn(practitioners, role.practitionerId)
	]
		.filter(Boolean)
		.join(', ');
}
