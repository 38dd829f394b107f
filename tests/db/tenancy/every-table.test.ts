import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlStateOf } from '#db/sql-state.ts';
import { findingOrganization, forActor, type Transaction } from '#db/transaction.ts';
import {
	filledOrganization,
	type FilledOrganization
} from '../../factories/filled-organization.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { readTables, tenantTables, type TableFacts } from './catalog.ts';

/** 09:00 in London, before clocks change. */
const STARTS_AT = Date.UTC(2027, 0, 4, 9);

let fresh: FreshDatabase;
let owner: pg.Client;
let tables: TableFacts[];
let a: FilledOrganization;
let b: FilledOrganization;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	tables = await tenantTables(owner);
	a = await filledOrganization(fresh.database, STARTS_AT);
	b = await filledOrganization(fresh.database, STARTS_AT);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

/** As a request of A's administrator. */
const asA = <T>(work: (transaction: Transaction) => Promise<T>) =>
	forActor(fresh.database, a.administrator, work);
const rowsIn = async (table: string, organizationId: string) => {
	const { rows } = await owner.query<{ row: object }>(
		`SELECT to_jsonb(t) AS row FROM "${table}" t WHERE organization_id = $1 ORDER BY 1`,
		[organizationId]
	);
	return rows.map(({ row }) => row);
};
/** @returns the SQLSTATE of the refusal, or how many rows were written */
async function attempt(statement: ReturnType<typeof sql>): Promise<string | number> {
	try {
		return await asA(async (transaction) => {
			const { rowCount } = await transaction.execute(statement);
			return rowCount ?? 0;
		});
	} catch (fault) {
		return sqlStateOf(fault) ?? String(fault);
	}
}
/** Row-level security refuses with the same code as a right that is missing. */
const FORBIDDEN = '42501';

it('both organizations have rows in every table, so that the walk below means something', async () => {
	const empty: string[] = [];
	for (const { name } of tables) {
		for (const { organizationId } of [a, b]) {
			if ((await rowsIn(name, organizationId)).length === 0) empty.push(name);
		}
	}
	expect(empty).toEqual([]);
});

it("an actor sees the own organization's rows in every table, and no others", async () => {
	const seen: Record<string, string[]> = {};
	for (const { name } of tables) {
		const { rows } = await asA((transaction) =>
			transaction.execute<{ organization_id: string }>(
				sql`SELECT DISTINCT organization_id FROM ${sql.identifier(name)}`
			)
		);
		seen[name] = rows.map(({ organization_id }) => organization_id);
	}
	expect(seen).toEqual(Object.fromEntries(tables.map(({ name }) => [name, [a.organizationId]])));
	const { rows } = await asA((transaction) =>
		transaction.execute(sql`SELECT id FROM organizations`)
	);
	expect(rows).toEqual([{ id: a.organizationId }]);
});

describe("an actor cannot write another organization's rows", () => {
	it('whatever the table: not put one there, not change or take one away, not give one of the own away', async () => {
		for (const { name, columns, may } of tables) {
			const table = sql.identifier(name);
			const theirs = await rowsIn(name, b.organizationId);
			const list = sql.join(columns.map(sql.identifier), sql`, `);
			const inserted = await attempt(
				sql`INSERT INTO ${table} (${list}) OVERRIDING SYSTEM VALUE
					SELECT ${list} FROM jsonb_populate_record(NULL::${table}, ${JSON.stringify(theirs[0])}::jsonb)`
			);
			expect([name, inserted]).toEqual([name, FORBIDDEN]);
			const updated = await attempt(
				sql`UPDATE ${table} SET organization_id = organization_id
					WHERE organization_id = ${b.organizationId}`
			);
			expect([name, updated]).toEqual([name, may.update ? 0 : FORBIDDEN]);
			const given = await attempt(
				sql`UPDATE ${table} SET organization_id = ${b.organizationId}
					WHERE organization_id = ${a.organizationId}`
			);
			expect([name, given]).toEqual([name, FORBIDDEN]);
			const removed = await attempt(
				sql`DELETE FROM ${table} WHERE organization_id = ${b.organizationId}`
			);
			expect([name, removed]).toEqual([name, may.delete ? 0 : FORBIDDEN]);
			expect([name, await rowsIn(name, b.organizationId)]).toEqual([name, theirs]);
		}
	});

	it('nor the organization itself', async () => {
		const renamed = await attempt(
			sql`UPDATE organizations SET name = 'ours' WHERE id = ${b.organizationId}`
		);
		expect(renamed).toBe(0);
	});

	it('a reference cannot point there either', async () => {
		const booked = await attempt(
			sql`UPDATE appointments SET patient_id = ${b.patientIds[0]} WHERE id = ${a.appointmentId}`
		);
		expect(booked).toBe('23503');
	});
});

it('before it is known who asks, only what signing in needs can be seen', async () => {
	const visible: string[] = [];
	for (const { name } of await readTables(owner)) {
		const { rows } = await findingOrganization(fresh.database, (transaction) =>
			transaction.execute(sql`SELECT 1 FROM ${sql.identifier(name)} LIMIT 1`)
		);
		if (rows.length > 0) visible.push(name);
	}
	expect(visible).toEqual([
		...['account_links', 'api_tokens', 'ended_sessions', 'identity_providers', 'kiosks'],
		...['message_links', 'organizations', 'pending_sign_ins', 'provider_flows', 'sessions'],
		...['site_addresses', 'sites', 'users', 'visit_links']
	]);
});
