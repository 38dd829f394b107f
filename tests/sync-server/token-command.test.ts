import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actorOfApiToken } from '#domain/access/queries.ts';
import { CHECKOUT } from '../support/build.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';

const EMAIL = 'reception@dayboard.example';

let fresh: FreshDatabase;
beforeAll(async () => {
	fresh = await freshDatabase({ filled: 'small' });
});
afterAll(() => fresh?.drop());

function run(...flags: string[]) {
	return spawnSync(process.execPath, ['sync-server/token.ts', ...flags], {
		cwd: CHECKOUT,
		env: { ...process.env, DATABASE_URL: fresh.url },
		encoding: 'utf8'
	});
}

describe('npm run token', () => {
	it('prints a token that is valid for its scope and days, and stores its hash only', async () => {
		const { status, stdout } = run('--email', EMAIL, '--scope', 'read', '--days', '3');
		expect(status).toBe(0);
		const token = stdout.trim();
		expect(token).toMatch(/^dayboard_[A-Za-z0-9_-]{43}$/);
		const found = await actorOfApiToken(fresh.database, token);
		expect(found?.scopes).toEqual(['read']);
		expect(found?.actor.roles).toMatchObject([{ role: 'receptionist' }]);
		const inFourDays = Date.now() + 4 * 24 * 3_600_000;
		expect(await actorOfApiToken(fresh.database, token, inFourDays)).toBeNull();
	});

	it.each([
		['no account', []],
		['an unknown account', ['--email', 'nobody@dayboard.example']],
		['an unknown scope', ['--email', EMAIL, '--scope', 'all']],
		['no days', ['--email', EMAIL, '--days', '0']],
		['an unknown option', ['--mail', EMAIL]]
	])('refuses %s in words', (_, flags) => {
		const { status, stdout, stderr } = run(...flags);
		expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
		expect(stderr).not.toMatch(/\n\s+at /);
	});
});
