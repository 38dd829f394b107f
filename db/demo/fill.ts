/** Fills a database with the demo organization: all of it or nothing. */
import { randomUUID } from 'node:crypto';
import { insertRows } from '../bulk-insert.ts';
import type { Database } from '../database.ts';
import { addDataKey, type DataKey } from '../encryption/sealing.ts';
import { sealVisitText } from '../encryption/visit-texts.ts';
import { hashPassword } from '../passwords.ts';
import { organizations } from '../schema/index.ts';
import { findingOrganization, inOrganization } from '../transaction.ts';
import { makeOrganization, type DemoOptions, type DemoOrganization } from './organization.ts';
import { createRandom } from './random.ts';
import { logoRow, siteRow } from './site.ts';
import { DEMO_KEY } from './sign-ins.ts';
import { directoryRows, scheduleRows, type TableRows } from './rows.ts';
import { waitlistRows } from './waitlist.ts';

export interface FillOptions extends DemoOptions {
	/** Is told in one line what has been done. */
	onProgress?: (line: string) => void;
}

/** What was made. `clinicIds` in the order of the catalogue: the first clinic is open every day. */
export interface FilledDemo {
	organizationId: string;
	clinicIds: string[];
	appointments: number;
}

/** @returns whether the database holds no organization at all. */
export async function isEmpty(database: Database): Promise<boolean> {
	const found = await findingOrganization(database, (transaction) =>
		transaction.select({ id: organizations.id }).from(organizations).limit(1)
	);
	return found.length === 0;
}

/**
 * Makes the demo organization in one transaction, so that an interrupted first start leaves nothing behind.
 * Throws the database's error when an organization of that key exists already.
 */
export async function fillDemo(database: Database, options: FillOptions = {}): Promise<FilledDemo> {
	const say = options.onProgress ?? (() => {});
	const demo = makeOrganization(options);
	const users = await userRows(demo);
	await inOrganization(database, demo.id, async (transaction) => {
		await insertRows(transaction, 'organizations', [
			{ id: demo.id, name: demo.name, import_key: demo.key, settings: {} }
		]);
		const directory = directoryRows(demo);
		const key = await addDataKey(transaction, database.keyring, demo.id, 1);
		const schedule = withSealedNotes(scheduleRows(demo), demo.id, key);
		// The small demo is for looking at one board: nobody waits there, and nothing is offered by itself.
		const waitlist = options.scale === 'small' ? [] : waitlistRows(demo);
		for (const [table, rows] of [...directory, ...users, ...schedule, ...waitlist]) {
			await insertRows(transaction, table, rows);
			if (TOLD[table]) say(`  ${rows.length.toLocaleString('en-GB')} ${TOLD[table]}`);
		}
		if (demo.key === DEMO_KEY) {
			const account = { id: randomUUID(), name: 'Online booking' };
			const email = `online@${demo.key}.invalid`;
			await insertRows(transaction, 'users', [
				{ ...account, organization_id: demo.id, email, password_hash: null }
			]);
			await insertRows(transaction, 'role_assignments', [
				{ organization_id: demo.id, id: randomUUID(), user_id: account.id, role: 'visitor' }
			]);
			await insertRows(transaction, 'sites', [siteRow(demo.id, account.id)]);
			await insertRows(transaction, 'site_logos', [logoRow(demo.id)]);
		}
	});
	return {
		organizationId: demo.id,
		clinicIds: demo.staff.clinics.map(({ id }) => id),
		appointments: demo.visits.length
	};
}

/** The tables that are worth a line of progress, and what people call their rows. */
const TOLD: Record<string, string> = {
	clinics: 'clinics',
	practitioners: 'doctors',
	rooms: 'rooms',
	patients: 'patients',
	appointments: 'visits',
	events: 'entries of history',
	waitlist_entries: 'entries of the waitlist'
};

/** @returns the rows with the visits' notes as they may be stored */
function withSealedNotes(tables: TableRows, organizationId: string, key: DataKey): TableRows {
	const sealed = <T extends object>(appointmentId: string, fields: T): T =>
		'remark' in fields
			? {
					...fields,
					remark: sealVisitText(
						key,
						{ organizationId, appointmentId },
						'remark',
						String(fields.remark)
					)
				}
			: fields;
	return tables.map(([table, rows]) => {
		if (table === 'appointments') {
			return [table, (rows as { id: string }[]).map((row) => sealed(row.id, row))];
		}
		if (table !== 'events') return [table, rows];
		const events = rows as { subject_id: string; after: object }[];
		return [table, events.map((row) => ({ ...row, after: sealed(row.subject_id, row.after) }))];
	});
}

async function userRows(demo: DemoOrganization): Promise<TableRows> {
	const random = createRandom(`${demo.seed}/roles`);
	// Whoever has no password shares a hash of something that is thrown away.
	const locked = await hashPassword(randomUUID());
	const rows = await Promise.all(
		demo.users.map(async ({ id, email, name, password }) => ({
			organization_id: demo.id,
			id,
			email,
			name,
			password_hash: password === null ? locked : await hashPassword(password)
		}))
	);
	const roles = demo.users.map(({ id, role, clinicId, practitionerId }) => ({
		organization_id: demo.id,
		id: random.uuid(),
		user_id: id,
		role,
		clinic_id: clinicId,
		practitioner_id: practitionerId
	}));
	return [
		['users', rows],
		['role_assignments', roles]
	];
}
