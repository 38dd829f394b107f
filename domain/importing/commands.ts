/** Takes a file into an organization: good rows are stored, the others reported with place and reason. */
import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import {
	findAccounts,
	findOrganization,
	insertOrganization,
	renameOrganization
} from '../../db/importing/accounts.ts';
import { runAlone } from '../../db/single-run.ts';
import { inOrganization } from '../../db/transaction.ts';
import { importAccounts, makeAccount } from './commands/accounts.ts';
import { importDirectory, readDirectory } from './commands/directory.ts';
import { importVisits } from './commands/visits.ts';
import { importWorkingHours } from './commands/working-hours.ts';
import { startRun } from './import-run.ts';
import { ImportFault, type ImportFile, type ImportReport } from './kinds.ts';
import { fieldOf, plainReason } from './plain-reason.ts';
import { emailSchema, organizationSchema } from './row-schemas.ts';

export interface ImportOptions {
	/** Instead of the file's own; a CSV file has none. The name is needed for a new organization alone. */
	organization?: { key: string; name?: string };
	/** In a new organization, makes an administrator with this address. */
	adminEmail?: string;
	/** Epoch milliseconds; the present when left out. What ends before it is taken as a fact. */
	now?: number;
	/** Is told in one line how far it is. */
	onProgress?: (line: string) => void;
}

/**
 * Imports a file that `read-file.ts` has read. Repeated, it changes what has changed in the file and nothing else.
 *
 * Clinics to patients are stored in one transaction, then appointments in batches: each row is stored whole or not
 * at all, and an import that was interrupted is completed by repeating it.
 *
 * @throws ImportFault when the file as a whole cannot be used, with nothing stored; the database's error otherwise
 */
export async function importFile(
	database: Database,
	file: ImportFile,
	options: ImportOptions = {}
): Promise<ImportReport> {
	const report = await runAlone(database, 'import', () => runImport(database, file, options));
	if (report) return report;
	throw new ImportFault('Another import is running on this database. Please wait for its end.');
}

async function runImport(
	database: Database,
	file: ImportFile,
	options: ImportOptions
): Promise<ImportReport> {
	const { key, name } = organizationOf(file, options);
	const existing = await findOrganization(database, key);
	const adminEmail = existing ? null : await freeAddress(database, options.adminEmail);
	if (!existing && name === null) {
		throw new ImportFault(
			`There is no organization "${key}" yet. To make it, give its name: --organization-name "…".`
		);
	}
	const organization = { id: existing?.id ?? randomUUID(), name: name ?? existing!.name };
	const organizationId = organization.id;
	const { run, counts, problems } = startRun(file, {
		organizationId,
		requestId: `import/${randomUUID()}`,
		now: options.now ?? Date.now(),
		say: options.onProgress ?? (() => {})
	});
	const directory = await inOrganization(database, organizationId, async (transaction) => {
		if (!existing) await insertOrganization(transaction, { ...organization, key });
		else if (existing.name !== organization.name) {
			await renameOrganization(transaction, organization);
		}
		await importDirectory(transaction, run);
		const stored = await readDirectory(transaction, organizationId);
		await importWorkingHours(transaction, run, stored);
		return stored;
	});
	await importVisits(database, run, directory);
	const accounts = await importAccounts(database, run, directory);
	if (adminEmail !== null && !(await isTaken(database, adminEmail))) {
		accounts.push(await makeAdministrator(database, organizationId, adminEmail));
	}
	return {
		organization: { key, name: organization.name, created: !existing },
		counts,
		problems,
		accounts
	};
}

function organizationOf(
	file: ImportFile,
	options: ImportOptions
): { key: string; name: string | null } {
	if (file.organization === null) {
		if (!options.organization) {
			throw new ImportFault(
				'A CSV file does not say whose it is. Give --organization and its key.'
			);
		}
		return { key: options.organization.key, name: options.organization.name ?? null };
	}
	const parsed = organizationSchema.safeParse(file.organization);
	if (!parsed.success) {
		const issue = parsed.error.issues[0]!;
		const field = fieldOf(['organization', ...issue.path]);
		throw new ImportFault(`The file's ${field} ${plainReason(issue, file.organization)}.`);
	}
	const wanted = options.organization?.key;
	if (wanted !== undefined && wanted !== parsed.data.key) {
		throw new ImportFault(
			`The file is for the organization "${parsed.data.key}", not for "${wanted}".`
		);
	}
	return parsed.data;
}

/** @returns the address in the form in which it is stored; `null` when none is given. */
async function freeAddress(database: Database, given: string | undefined): Promise<string | null> {
	if (given === undefined) return null;
	const parsed = emailSchema.safeParse(given);
	if (!parsed.success) throw new ImportFault(`--admin-email: "${given}" is not an e-mail address.`);
	if (await isTaken(database, parsed.data)) {
		throw new ImportFault(`${parsed.data} already signs in to another organization.`);
	}
	return parsed.data;
}

async function isTaken(database: Database, email: string): Promise<boolean> {
	return (await findAccounts(database, [email])).length > 0;
}

function makeAdministrator(database: Database, organizationId: string, email: string) {
	return makeAccount(database, organizationId, {
		email,
		name: 'Administrator',
		roles: [{ role: 'organization-administrator', clinicId: null, practitionerId: null }]
	});
}
