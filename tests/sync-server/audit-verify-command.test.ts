import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditAlone } from '#domain/access/commands/audit.ts';
import { sealAudit } from '#domain/access/commands/seal-audit.ts';
import { clinicFactory, type Clinic } from '../factories/clinic-factory.ts';
import { CHECKOUT } from '../support/build.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
let owner: pg.Client;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	for (let i = 0; i < 3; i++) {
		await auditAlone(fresh.database, clinic.receptionist, { kind: 'history-read' });
	}
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

function run(...flags: string[]) {
	return spawnSync(process.execPath, ['sync-server/audit-verify.ts', ...flags], {
		cwd: CHECKOUT,
		env: { ...process.env, DATABASE_URL: fresh.url },
		encoding: 'utf8'
	});
}

describe('npm run audit:verify', () => {
	it('says what waits, and takes it for a finding when it waits too long', async () => {
		const young = run();
		expect(young.status).toBe(0);
		expect(young.stdout).toContain('3 rows not sealed yet');
		await owner.query("UPDATE audit_entries SET at = at - interval '11 minutes'");
		const old = run();
		expect(old.status).toBe(1);
		expect(old.stdout).toContain('FOUND: 3 rows not sealed yet, for 11 minutes');
	});

	it('verifies and prints the head, which it finds again', async () => {
		await until(
			async () => (await sealAudit(fresh.database, clinic.organizationId)) === 3,
			'three rows are sealed'
		);
		const { status, stdout } = run();
		expect(status).toBe(0);
		expect(stdout).toContain(`${clinic.organizationId}\n  3 rows verified.`);
		expect(stdout).toContain('Everything fits.');
		const [, head] = /Head: position 3, ([0-9a-f]{64})/.exec(stdout)!;
		expect(run('--head', `${clinic.organizationId}=${head}`).status).toBe(0);
		const wrong = run('--head', `${clinic.organizationId}=${'0'.repeat(64)}`);
		expect(wrong.status).toBe(1);
		expect(wrong.stdout).toContain('FOUND: the link 0000');
		const stranger = run('--head', `${crypto.randomUUID()}=${head}`);
		expect(stranger.status).toBe(1);
	});

	it('finds a row that the owner of the database changed', async () => {
		await owner.query(
			"UPDATE audit_entries SET kind = 'signed-in' WHERE id = (SELECT row_id FROM audit_chain WHERE position = 2)"
		);
		const { status, stdout } = run();
		expect(status).toBe(1);
		expect(stdout).toMatch(
			/FOUND: position 2 \(audit_entries \d+\): the row was changed after it was sealed/
		);
	});

	it.each([[['--head', 'nonsense']], [['--all']]])('refuses %s in words', (flags) => {
		const { status, stdout, stderr } = run(...flags);
		expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
		expect(stderr).toContain('Usage:');
		expect(stderr).not.toMatch(/\n\s+at /);
	});
});
