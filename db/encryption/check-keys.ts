/** Before anything is opened with them: whether the operator's keys are those that the data was encrypted with. */
import { eq } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { dataKeys, organizations } from '../schema/index.ts';
import { StartupFault } from '../startup-fault.ts';
import { findingOrganization, inOrganization } from '../transaction.ts';
import { unwrap, type StoredKey } from './sealing.ts';

/** @returns every organization of this database, by name */
export function everyOrganization(database: Database): Promise<{ id: string; name: string }[]> {
	return findingOrganization(database, (transaction) =>
		transaction
			.select({ id: organizations.id, name: organizations.name })
			.from(organizations)
			.orderBy(organizations.name)
	);
}

/** @returns an organization's data keys, oldest first */
export function storedKeysOf(database: Database, organizationId: string): Promise<StoredKey[]> {
	return inOrganization(database, organizationId, (transaction) =>
		transaction
			.select()
			.from(dataKeys)
			.where(eq(dataKeys.organizationId, organizationId))
			.orderBy(dataKeys.version)
	);
}

/**
 * Tries every data key of every organization: the history needs the old ones too.
 * @throws StartupFault with one line for each key that is missing or is another one
 */
export async function checkKeys(database: Database): Promise<void> {
	const { keyring } = database;
	/** What is wrong → how many organizations it meets. */
	const faults = new Map<string, Set<string>>();
	for (const { id } of await everyOrganization(database)) {
		for (const stored of await storedKeysOf(database, id)) {
			try {
				unwrap(keyring, stored);
			} catch {
				const isKnown = keyring.some(({ name }) => name === stored.wrappedBy);
				const what = isKnown
					? `The key named "${stored.wrappedBy}" is not the one that was used before`
					: `The key named "${stored.wrappedBy}" is missing`;
				faults.set(what, (faults.get(what) ?? new Set()).add(id));
			}
		}
	}
	if (faults.size === 0) return;
	throw new StartupFault(
		[...faults].map(([what, { size }]) => {
			const whose = size === 1 ? 'one organization' : `${size} organizations`;
			return `${what}, and without it the notes and documents of ${whose} cannot be read: put it back into ENCRYPTION_KEYS, or restore encryption.key in DATA_DIR from a backup.`;
		})
	);
}
