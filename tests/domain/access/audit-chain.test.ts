import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { HASHED_COLUMNS } from '#db/audit-chain.ts';
import { openDatabase } from '#db/database.ts';
import { poolOf } from '#db/pool.ts';
import { inOrganization } from '#db/transaction.ts';
import { auditAlone } from '#domain/access/commands/audit.ts';
import { organizationsToSeal, sealAudit } from '#domain/access/commands/seal-audit.ts';
import { verifyAudit } from '#domain/access/queries/verify-audit.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { bookingOf, clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { until } from '../../support/until.ts';

const OPENS = Date.UTC(2027, 0, 4, 9);
const NOW = Date.UTC(2027, 0, 1);

let fresh: FreshDatabase;
let owner: pg.Client;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 10 });
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
beforeEach(async () => {
	clinic = await clinicFactory(fresh.database);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const verify = (...links: string[]) => verifyAudit(fresh.database, clinic.organizationId, links);

async function sealAll(): Promise<number> {
	let count = 0;
	for (;;) {
		const rows = await sealAudit(fresh.database, clinic.organizationId, 4);
		if (rows === 0) return count;
		count += rows;
	}
}

/** Seals until the chain has that many rows: transactions of other tests on this server may hold it up. */
async function sealUntil(rows: number): Promise<void> {
	await until(async () => {
		await sealAll();
		return (await verify()).verified === rows;
	}, `${rows} rows are sealed`);
}

/** Three visits and three entries, in turn. */
async function write(): Promise<void> {
	for (let i = 0; i < 3; i++) {
		const booking = bookingOf(clinic, { startsAt: OPENS + i * 3_600_000, patient: i });
		await carryOut(fresh.database, clinic.receptionist, booking, { now: NOW });
		await auditAlone(fresh.database, clinic.receptionist, {
			kind: 'visit-read',
			subject: { kind: 'appointment', id: booking.appointmentId },
			detail: { place: i }
		});
	}
}

/** What the owner's role does to the organization's rows. `$1` is the organization. */
const asOwner = (statement: string) => owner.query(statement, [clinic.organizationId]);
const rowAt = (position: number) =>
	`(SELECT row_id FROM audit_chain WHERE organization_id = $1 AND position = ${position})`;

describe('the chain', () => {
	it('binds every row of both tables in the order of their transactions', async () => {
		await write();
		expect(await verify()).toMatchObject({ verified: 0, head: null, unsealed: { rows: 6 } });
		await sealUntil(6);
		const { rows } = await asOwner(
			'SELECT position::int, source FROM audit_chain WHERE organization_id = $1 ORDER BY position'
		);
		expect(rows.map(({ position, source }) => [position, source])).toEqual(
			[1, 2, 3].flatMap((turn) => [
				[2 * turn - 1, 'events'],
				[2 * turn, 'audit_entries']
			])
		);
		expect(await verify()).toMatchObject({
			...{ verified: 6, faults: 0, first: null, head: { position: 6 } },
			unsealed: { rows: 0, since: null }
		});
		expect(await sealAll()).toBe(0);
	});

	it('hashes every column of both tables', async () => {
		for (const [table, columns] of Object.entries(HASHED_COLUMNS)) {
			const { rows } = await owner.query<{ name: string }>(
				"SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
				[table]
			);
			expect(rows.map(({ name }) => name).toSorted()).toEqual(columns.toSorted());
		}
	});

	it('fits whatever the settings of a session are', async () => {
		await write();
		await sealUntil(6);
		const elsewhere = openDatabase(fresh.url, { max: 1 });
		await poolOf(elsewhere).query("SET timezone = 'Asia/Kathmandu'; SET datestyle = 'SQL, DMY'");
		const report = await verifyAudit(elsewhere, clinic.organizationId);
		await elsewhere.close();
		expect(report).toMatchObject({ verified: 6, faults: 0 });
	});

	it('waits for a transaction that began before and commits late, and passes no row over', async () => {
		await write();
		const late = Promise.withResolvers<void>();
		const begun = Promise.withResolvers<void>();
		onTestFinished(() => late.resolve());
		const { receptionist, organizationId } = clinic;
		const writing = inOrganization(fresh.database, organizationId, async (transaction) => {
			await transaction.execute(
				`INSERT INTO audit_entries (organization_id, kind) VALUES ('${organizationId}', 'imported')`
			);
			begun.resolve();
			await late.promise;
		});
		await begun.promise;
		// Committed after it began, with higher numbers.
		await auditAlone(fresh.database, receptionist, { kind: 'history-read' });
		await auditAlone(fresh.database, receptionist, { kind: 'history-read' });
		await sealUntil(6);
		// The two that are there have to wait for the one that is not.
		expect(await verify()).toMatchObject({ verified: 6, unsealed: { rows: 2, putIn: 0 } });
		late.resolve();
		await writing;
		await sealUntil(9);
		const { rows } = await asOwner(
			`SELECT kind FROM audit_chain c JOIN audit_entries a ON a.id = c.row_id AND c.source = 'audit_entries'
				WHERE c.organization_id = $1 AND position > 6 ORDER BY position`
		);
		expect(rows.map(({ kind }) => kind)).toEqual(['imported', 'history-read', 'history-read']);
		expect(await verify()).toMatchObject({ verified: 9, faults: 0, unsealed: { rows: 0 } });
	});

	it('does not fork when several servers seal at once', async () => {
		const others = [openDatabase(fresh.url), openDatabase(fresh.url), openDatabase(fresh.url)];
		for (let i = 0; i < 4; i++) {
			await auditAlone(fresh.database, clinic.receptionist, { kind: 'history-read' });
		}
		await write();
		const counts = await Promise.all(
			[...others, ...others].map(async (database) => {
				let count = 0;
				for (let turn = 0; turn < 20; turn++) {
					count += await sealAudit(database, clinic.organizationId, 1);
				}
				return count;
			})
		);
		await sealUntil(10);
		for (const database of others) await database.close();
		expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(10);
		expect(await verify()).toMatchObject({ verified: 10, faults: 0, unsealed: { rows: 0 } });
	});

	it('has one for each organization', async () => {
		await write();
		await sealUntil(6);
		const other = await clinicFactory(fresh.database);
		expect(await organizationsToSeal(fresh.database)).toEqual(
			expect.arrayContaining([clinic.organizationId, other.organizationId])
		);
		expect(await verifyAudit(fresh.database, other.organizationId)).toMatchObject({
			...{ verified: 0, head: null },
			unsealed: { rows: 0 }
		});
	});

	it('goes on after the database was moved to a server whose numbers are lower, and says so', async () => {
		await write();
		// As a dump brings them along: sealed and not yet sealed, with the numbers of the old server.
		for (const table of ['events', 'audit_entries']) {
			await asOwner(
				`UPDATE ${table} SET transaction_id = (transaction_id::text::bigint + 1000000)::text::xid8
					WHERE organization_id = $1`
			);
		}
		await auditAlone(fresh.database, clinic.receptionist, { kind: 'history-read' });
		await sealUntil(8);
		const { continuedAt } = await verify();
		// After the rows of the old server, and after the new one where no transaction elsewhere holds that back.
		expect([[7], [8]]).toContainEqual(continuedAt);
		expect(await verify()).toMatchObject({ verified: 8, faults: 0 });
		await auditAlone(fresh.database, clinic.receptionist, { kind: 'history-read' });
		await sealUntil(9);
		expect(await sealAll()).toBe(0);
		expect(await verify()).toMatchObject({ verified: 9, faults: 0, continuedAt });
	});
});

describe('what the owner of the database changed afterwards is found', () => {
	beforeEach(async () => {
		await write();
		await sealUntil(6);
	});

	it.each([
		['who did it', 'events', 'actor_user_id = NULL', 3],
		['when', 'events', "at = at + interval '1 microsecond'", 3],
		['what it was before', 'events', `after = after || '{"startsAt": 0}'`, 3],
		['its transaction', 'events', `transaction_id = '1'`, 3],
		['from where', 'audit_entries', "address = '10.0.0.9'", 4],
		['an empty text for none', 'audit_entries', "session_id = ''", 4],
		['a detail', 'audit_entries', `detail = '{"place": 7}'`, 4]
	])('a changed row: %s', async (_, table, change, position) => {
		await asOwner(
			`UPDATE ${table} SET ${change} WHERE organization_id = $1 AND id = ${rowAt(position)}`
		);
		const { first, faults } = await verify();
		expect(first).toMatchObject({ position, fault: 'row-changed', source: table });
		expect(faults).toBe(1);
	});

	it('a row that is gone', async () => {
		await asOwner(`DELETE FROM events WHERE organization_id = $1 AND id = ${rowAt(3)}`);
		expect((await verify()).first).toMatchObject({ position: 3, fault: 'row-missing' });
	});

	it('a row and its place in the chain that are gone', async () => {
		await asOwner(`DELETE FROM events WHERE organization_id = $1 AND id = ${rowAt(3)}`);
		await asOwner('DELETE FROM audit_chain WHERE organization_id = $1 AND position = 3');
		expect((await verify()).first).toMatchObject({ position: 4, fault: 'position-missing' });
	});

	it('a row that was put in between', async () => {
		await asOwner(
			`INSERT INTO audit_entries (organization_id, kind, transaction_id)
				SELECT $1, 'visit-read', transaction_id FROM audit_entries WHERE id = ${rowAt(4)}`
		);
		expect(await sealAll()).toBe(0);
		expect((await verify()).unsealed).toMatchObject({
			...{ rows: 1, putIn: 1 },
			firstPutIn: { source: 'audit_entries' }
		});
	});

	it.each([
		["row_hash = repeat('0', 64)", 3, 'link-broken'],
		["link = repeat('0', 64)", 3, 'link-broken'],
		["sealed_at = sealed_at - interval '1 day'", 3, 'link-broken'],
		["transaction_id = '1'", 3, 'row-changed'],
		['row_id = row_id + 100000', 3, 'link-broken']
	])('a changed row of the chain: %s', async (change, position, fault) => {
		await asOwner(
			`UPDATE audit_chain SET ${change} WHERE organization_id = $1 AND position = ${position}`
		);
		expect((await verify()).first).toMatchObject({ position, fault });
	});

	it('a row that was changed and sealed anew: the next one does not fit', async () => {
		await asOwner(
			`UPDATE events SET kind = 'cancel' WHERE organization_id = $1 AND id = ${rowAt(3)}`
		);
		await asOwner(
			"UPDATE audit_chain SET row_hash = repeat('1', 64), link = repeat('2', 64) WHERE organization_id = $1 AND position = 3"
		);
		expect((await verify()).first).toMatchObject({ position: 3, fault: 'link-broken' });
	});

	it('an end that was cut off: by a link that was kept elsewhere', async () => {
		const { link } = (await verify()).head!;
		expect((await verify(link)).missingLinks).toEqual([]);
		await asOwner(`DELETE FROM audit_entries WHERE organization_id = $1 AND id = ${rowAt(6)}`);
		await asOwner('DELETE FROM audit_chain WHERE organization_id = $1 AND position = 6');
		const cut = await verify(link);
		expect(cut).toMatchObject({ verified: 5, faults: 0, unsealed: { rows: 0 } });
		expect(cut.missingLinks).toEqual([link]);
	});
});

it('the application can add to the audit and change or take away nothing', async () => {
	await write();
	await sealUntil(6);
	for (const table of ['events', 'audit_entries', 'audit_chain']) {
		for (const statement of [
			`UPDATE ${table} SET organization_id = organization_id`,
			`DELETE FROM ${table}`,
			`TRUNCATE ${table}`,
			`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`
		]) {
			const trying = inOrganization(fresh.database, clinic.organizationId, ({ $client }) =>
				$client.query(statement)
			);
			await expect(trying, statement).rejects.toMatchObject({ code: '42501' });
		}
	}
	expect(await verify()).toMatchObject({ verified: 6, faults: 0 });
});
