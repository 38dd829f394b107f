/** Imports staff accounts. A new one gets a first password, shown once. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../../../db/database.ts';
import { findAccounts, readRoles, storeAccount } from '../../../db/importing/accounts.ts';
import { hashPassword } from '../../../db/passwords.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { RoleAssignment } from '../../access/actor.ts';
import type { CheckedRow } from '../check-rows.ts';
import { unknownKey, type Directory } from '../directory.ts';
import type { ImportRun } from '../import-run.ts';
import type { ImportReport } from '../kinds.ts';

/** @returns the accounts that were made, with their first passwords. */
export async function importAccounts(
	database: Database,
	run: ImportRun,
	directory: Directory
): Promise<ImportReport['accounts']> {
	const { organizationId } = run;
	const rows = run.take('users');
	const known = new Map(
		(
			await findAccounts(
				database,
				rows.map(({ row }) => row.email)
			)
		).map((a) => [a.email, a])
	);
	const made: ImportReport['accounts'] = [];
	for (const checked of rows) {
		const roles = rolesOf(checked, directory);
		if ('reason' in roles) {
			run.refuse('users', checked, roles);
			continue;
		}
		const { email, name } = checked.row;
		const before = known.get(email);
		if (before && before.organizationId !== organizationId) {
			const reason = 'already signs in to another organization of this Dayboard';
			run.refuse('users', checked, { field: 'email', reason });
			continue;
		}
		if (!before) {
			made.push(await makeAccount(database, organizationId, { email, name, roles: roles.list }));
			run.count('users', 'taken', 1);
			continue;
		}
		const isChanged = await inOrganization(database, organizationId, async (transaction) => {
			const stored = (await readRoles(transaction, organizationId)).get(before.id) ?? [];
			if (before.name === name && sameRoles(stored, roles.list)) return false;
			const account = { id: before.id, email, name, passwordHash: null, roles: roles.list };
			await storeAccount(transaction, organizationId, account);
			return true;
		});
		run.count('users', isChanged ? 'updated' : 'unchanged', 1);
	}
	return made;
}

/** Adds an account with a password that is returned and stored as a hash alone. */
export async function makeAccount(
	database: Database,
	organizationId: string,
	account: { email: string; name: string; roles: readonly RoleAssignment[] }
): Promise<{ email: string; password: string }> {
	// 96 bits, in letters that can be read out over the telephone.
	const password = randomBytes(12).toString('hex').match(/.{6}/g)!.join('-');
	const passwordHash = await hashPassword(password);
	await inOrganization(database, organizationId, (transaction) =>
		storeAccount(transaction, organizationId, { ...account, id: crypto.randomUUID(), passwordHash })
	);
	return { email: account.email, password };
}

function rolesOf(
	{ row }: CheckedRow<'users'>,
	directory: Directory
): { list: RoleAssignment[] } | { field: string; reason: string } {
	const practitioner =
		row.practitioner === undefined ? null : directory.practitioners.get(row.practitioner);
	if (practitioner === undefined) {
		return { field: 'practitioner', reason: unknownKey('practitioner', row.practitioner!) };
	}
	const keys = row.clinics ?? [];
	const unknown = keys.find((key) => !directory.clinics.has(key));
	if (unknown !== undefined) return { field: 'clinics', reason: unknownKey('clinic', unknown) };
	const clinicIds = keys.length === 0 ? [null] : keys.map((key) => directory.clinics.get(key)!.id);
	return {
		list: clinicIds.map((clinicId) => ({
			role: row.role,
			clinicId,
			practitionerId: practitioner?.id ?? null
		}))
	};
}

function sameRoles(a: readonly RoleAssignment[], b: readonly RoleAssignment[]): boolean {
	const said = (roles: readonly RoleAssignment[]) =>
		roles
			.map(({ role, clinicId, practitionerId }) => `${role}/${clinicId}/${practitionerId}`)
			.sort()
			.join(' ');
	return said(a) === said(b);
}
