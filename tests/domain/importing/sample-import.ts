/** The documentation's sample as a file that tests change and import, each into an organization of its own. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { signIn } from '../../../domain/access/commands/sign-in.ts';
import { actorOfSession } from '../../../domain/access/queries.ts';
import type { Actor } from '../../../domain/access/actor.ts';
import { importFile, type ImportOptions } from '../../../domain/importing/commands.ts';
import type { ImportReport } from '../../../domain/importing/kinds.ts';
import { readJson } from '../../../domain/importing/read-file.ts';
import type { FreshDatabase } from '../../support/test-postgres.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../../docs/import-sample.json');
/** Between the sample's two visits. */
export const NOW = Date.parse('2026-11-20T12:00:00Z');
/** Of the sample's visit to come. London is on Greenwich time then. */
export const DATE = '2030-03-04';
export const at = (time: string) => Date.parse(`${DATE}T${time}:00Z`);

type Row = Record<string, unknown>;

export interface StoredVisit {
	id: string;
	clinic_id: string;
	practitioner_id: string;
	room_id: string;
	service_id: string;
	patient_id: string;
	starts_at: Date;
	revision: number;
	remark: string;
	cancel_reason: string | null;
	new_patient: boolean;
}

export interface SampleImport {
	organization: { key: string; name: string };
	/** The rows of a kind, to be changed in place. */
	rows(kind: string): Row[];
	setRows(kind: string, rows: Row[]): void;
	/** @returns the sample's visit to come with some fields changed. */
	anotherVisit(more: Row): Row;
	take(options?: ImportOptions): Promise<ImportReport>;
	organizationId(): Promise<string>;
	visitOf(key: string): Promise<StoredVisit>;
	/** @returns how many rows the organization has in each table. */
	counts(): Promise<Record<string, number>>;
	/** Imports a receptionist's account and signs it in. */
	receptionist(): Promise<Actor>;
}

let made = 0;

/** Without the sample's accounts, whose addresses are unique in a database. */
export async function sampleImport(fresh: FreshDatabase, owner: pg.Client): Promise<SampleImport> {
	const { organization: _, ...parts } = JSON.parse(await readFile(SAMPLE, 'utf8')) as {
		organization: unknown;
	} & Record<string, Row[]>;
	parts['users'] = [];
	const one = async (text: string, values: unknown[]) => (await owner.query(text, values)).rows[0];
	const sample: SampleImport = {
		organization: { key: `riverside-${++made}`, name: 'Riverside Health' },
		rows: (kind) => parts[kind]!,
		setRows(kind, rows) {
			parts[kind] = rows;
		},
		anotherVisit: (more) => ({ ...parts['appointments']![1], ...more }),
		take: (options = {}) =>
			importFile(
				fresh.database,
				readJson(JSON.stringify({ organization: sample.organization, ...parts })),
				{ now: NOW, ...options }
			),
		organizationId: async () =>
			(await one('SELECT id FROM organizations WHERE import_key = $1', [sample.organization.key]))
				.id,
		visitOf: async (key) =>
			one('SELECT * FROM appointments WHERE organization_id = $1 AND import_key = $2', [
				await sample.organizationId(),
				key
			]),
		async counts() {
			const tables = [
				...['clinics', 'services', 'practitioners', 'rooms', 'working_hours', 'patients'],
				...['appointments', 'claims', 'events', 'resources']
			];
			const columns = tables.map(
				(table) => `(SELECT count(*)::int FROM ${table} WHERE organization_id = $1) AS ${table}`
			);
			return one(`SELECT ${columns.join(', ')}`, [await sample.organizationId()]);
		},
		async receptionist() {
			const email = `desk@${sample.organization.key}.example`;
			parts['users'] = [{ email, name: 'Sam Field', role: 'receptionist' }];
			const { accounts } = await sample.take();
			const session = await signIn(fresh.database, accounts[0]!);
			if (session.outcome !== 'signed-in') throw new Error(session.outcome);
			return (await actorOfSession(fresh.database, session.token))!;
		}
	};
	return sample;
}

/** @returns the accounts that the documentation's sample has. */
export async function sampleAccounts(): Promise<Row[]> {
	return (JSON.parse(await readFile(SAMPLE, 'utf8')) as { users: Row[] }).users;
}
