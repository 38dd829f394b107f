import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LINK_MINUTES, type LinkPurpose } from '#domain/access/account-link.ts';
import { changePassword } from '#domain/access/commands/password.ts';
import { makeAccountLink, requestPasswordReset } from '#domain/access/commands/links.ts';
import { readLink, useLink } from '#domain/access/commands/link-use.ts';
import { finishSignIn } from '#domain/access/commands/second-step.ts';
import { signIn } from '#domain/access/commands/sign-in.ts';
import { ACCOUNT_RULE, RESET_ACCOUNT_RULE, RESET_ADDRESS_RULE } from '#domain/access/lockout.ts';
import type { Actor } from '#domain/access/actor.ts';
import { actorOfSession } from '#domain/access/queries.ts';
import { whySignedOut } from '#domain/access/queries/devices.ts';
import { newSecret } from '#db/sessions.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import {
	accountFactory,
	codeOf,
	factorFactory,
	firstStep,
	kindsOf,
	outcomesOf,
	PASSWORD,
	trailOf
} from './account.ts';

const NEXT = 'a bicycle without brakes';
const VISITOR = { device: '', origin: null };

let fresh: FreshDatabase;
let clinic: Clinic;
let owner: pg.Client;
let admin: Actor;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 10 });
	clinic = await clinicFactory(fresh.database);
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	admin = await staffFactory(fresh.database, clinic, { role: 'organization-administrator' });
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

const account = () => accountFactory({ database: fresh.database, owner, clinic });
/** @returns the secret of a new link */
async function link(userId: string, purpose: LinkPurpose = 'password-reset'): Promise<string> {
	const made = await makeAccountLink(fresh.database, admin, { userId, purpose });
	if (!made.ok) throw new Error(made.refusal.code);
	const [path, secret] = made.value.path.split('#');
	expect(path).toBe('/account-link');
	return secret!;
}
const use = (secret: string, now = Date.now(), next = NEXT) =>
	useLink(fresh.database, { secret, next, origin: null }, now);
const tryPassword = (email: string, password: string) =>
	signIn(fresh.database, { email, password });
const hashOf = async (userId: string) =>
	(await owner.query('SELECT password_hash FROM users WHERE id = $1', [userId])).rows[0]
		.password_hash as string | null;

describe('a link', () => {
	it.each<LinkPurpose>(['invitation', 'password-reset'])(
		'for the purpose %s lets its owner choose a password, once',
		async (purpose) => {
			const { userId, email } = await account();
			if (purpose === 'invitation') {
				await owner.query('UPDATE users SET password_hash = NULL WHERE id = $1', [userId]);
			}
			const secret = await link(userId, purpose);
			expect(await readLink(fresh.database, secret)).toMatchObject({
				...{ ok: true, value: { purpose, email, organizationName: 'Clinic group' } }
			});
			// To look at it, as a scanner of mails does, uses nothing up.
			expect(await use(secret)).toMatchObject({ ok: true, value: { purpose } });
			expect(await tryPassword(email, NEXT)).toMatchObject({ outcome: 'signed-in' });
			expect(await tryPassword(email, PASSWORD)).toEqual({ outcome: 'wrong' });
			const before = await hashOf(userId);
			expect(await use(secret)).toEqual({ ok: false, fault: 'used' });
			expect(await readLink(fresh.database, secret)).toEqual({ ok: false, fault: 'used' });
			expect(await hashOf(userId)).toBe(before);
			expect(await kindsOf(owner, userId)).toEqual(
				expect.arrayContaining(['link-made', 'link-used', 'password-changed'])
			);
			const [made] = await trailOf(owner, userId);
			expect(made).toMatchObject({ kind: 'link-made', by: admin.userId, detail: { purpose } });
		}
	);

	it('is used once, however many try at once', async () => {
		const { userId, email } = await account();
		const secret = await link(userId);
		const passwords = Array.from({ length: 5 }, (_, i) => `${NEXT} ${i}`);
		const answers = await Promise.all(passwords.map((next) => use(secret, Date.now(), next)));
		expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
		const works = passwords[answers.findIndex(({ ok }) => ok)]!;
		expect(await tryPassword(email, works)).toMatchObject({ outcome: 'signed-in' });
	});

	it.each<LinkPurpose>(['invitation', 'password-reset'])(
		'for the purpose %s is over after its time',
		async (purpose) => {
			const { userId } = await account();
			const secret = await link(userId, purpose);
			const before = await hashOf(userId);
			const limitMs = LINK_MINUTES[purpose] * 60_000;
			expect(await readLink(fresh.database, secret, Date.now() + limitMs - 60_000)).toMatchObject({
				ok: true
			});
			expect(await use(secret, Date.now() + limitMs)).toEqual({ ok: false, fault: 'expired' });
			expect(await hashOf(userId)).toBe(before);
		}
	);

	it('that was made up, or taken from the database, is none', async () => {
		const { userId } = await account();
		await link(userId);
		const { rows } = await owner.query('SELECT id FROM account_links WHERE user_id = $1', [userId]);
		expect(rows[0].id).toMatch(/^[0-9a-f]{64}$/);
		for (const forged of [newSecret(), rows[0].id as string]) {
			expect(await readLink(fresh.database, forged)).toEqual({ ok: false, fault: 'unknown' });
			expect(await use(forged)).toEqual({ ok: false, fault: 'unknown' });
		}
	});

	it('is over when a newer one of its purpose was made, but not by one of the other', async () => {
		const { userId } = await account();
		const [old, invitation] = [await link(userId), await link(userId, 'invitation')];
		expect(await readLink(fresh.database, old)).toMatchObject({ ok: true });
		const newer = await link(userId);
		expect(await use(old)).toEqual({ ok: false, fault: 'superseded' });
		expect(await use(newer)).toMatchObject({ ok: true });
		// Once a password was chosen, whatever was made before is over.
		expect(await use(invitation)).toEqual({ ok: false, fault: 'expired' });
	});

	it('is over when the password was changed in the meantime', async () => {
		const { userId, actor } = await account();
		const secret = await link(userId);
		const change = { current: PASSWORD, next: NEXT, repeated: NEXT };
		expect(await changePassword(fresh.database, actor, change)).toEqual({ outcome: 'changed' });
		expect(await use(secret)).toEqual({ ok: false, fault: 'expired' });
	});

	it('opens no account that was closed', async () => {
		const { userId } = await account();
		const secret = await link(userId);
		await owner.query('UPDATE users SET active = false WHERE id = $1', [userId]);
		expect(await use(secret)).toEqual({ ok: false, fault: 'closed' });
		const purpose = 'password-reset';
		expect(await makeAccountLink(fresh.database, admin, { userId, purpose })).toMatchObject({
			refusal: { code: 'invalid' }
		});
	});

	it('signs out everywhere, ends what was half signed in, and forgives the wrong passwords', async () => {
		const { userId, email, actor } = await account();
		const session = await tryPassword(email, PASSWORD);
		const { token } = session as { token: string };
		const { secret } = await factorFactory(fresh.database, actor, Date.now() - 600_000);
		const pending = await firstStep(fresh.database, email, Date.now());
		for (let i = 0; i < ACCOUNT_RULE.free; i++) await tryPassword(email, 'wrong');
		expect(await tryPassword(email, PASSWORD)).toMatchObject({ outcome: 'locked' });
		await use(await link(userId));
		expect(await actorOfSession(fresh.database, token)).toBeNull();
		expect(await whySignedOut(fresh.database, token)).toBe('password-changed');
		const code = codeOf(secret, Date.now());
		expect(await finishSignIn(fresh.database, pending, code, VISITOR)).toEqual({ outcome: 'over' });
		// The second factor is still asked for.
		expect(await tryPassword(email, NEXT)).toMatchObject({ outcome: 'second-step', step: 'code' });
	});
});

describe('who may make a link', () => {
	it.each([
		['its clinic administrator', 'clinic-administrator', true, null],
		["another clinic's administrator", 'clinic-administrator', false, 'not-allowed'],
		['a receptionist', 'receptionist', true, 'not-allowed'],
		['a system administrator', 'system-administrator', true, 'not-allowed']
	])('%s', async (_, role, isHere, code) => {
		const north = await clinicFactory(fresh.database);
		const elsewhere = crypto.randomUUID();
		await owner.query('INSERT INTO resources (organization_id, id, kind) VALUES ($1, $2, $3)', [
			north.organizationId,
			elsewhere,
			'clinic'
		]);
		await owner.query(
			`INSERT INTO clinics (organization_id, id, name, zone, import_key)
				VALUES ($1, $2, 'South', 'Europe/London', 'south')`,
			[north.organizationId, elsewhere]
		);
		const actor = await staffFactory(fresh.database, north, {
			...{ role, clinicId: isHere ? north.clinicId : elsewhere }
		});
		const receptionist = await staffFactory(fresh.database, north, {
			...{ role: 'receptionist', clinicId: north.clinicId }
		});
		const { userId } = receptionist;
		const made = await makeAccountLink(fresh.database, actor, { userId, purpose: 'invitation' });
		expect(made.ok ? null : made.refusal.code).toBe(code);
		const { rows } = await owner.query('SELECT id FROM account_links WHERE user_id = $1', [userId]);
		expect(rows).toHaveLength(code === null ? 1 : 0);
		// Whoever is refused is written down by the edge that they came by.
		expect(await kindsOf(owner, userId)).toEqual(code === null ? ['link-made'] : []);
	});

	it('nobody over an account of another organization', async () => {
		const other = await clinicFactory(fresh.database);
		const { userId } = other.receptionist;
		const purpose = 'password-reset';
		expect(await makeAccountLink(fresh.database, admin, { userId, purpose })).toMatchObject({
			refusal: { code: 'not-found' }
		});
	});
});

describe('whoever forgot the password', () => {
	/** @returns the answer, and what was mailed */
	async function ask(email: string, address?: string, now?: number) {
		const mails: { to: string; path: string }[] = [];
		const answer = await requestPasswordReset(
			fresh.database,
			{ email, address },
			async (recipient, { path }) => void mails.push({ to: recipient.email, path }),
			(fault) => expect(fault).toBeUndefined(),
			now
		);
		if (answer.outcome === 'taken') await answer.sending;
		return { outcome: answer.outcome, mails };
	}

	it('gets a link by mail that works, and a stranger gets the same answer and no mail', async () => {
		const { email, userId } = await account();
		const { outcome, mails } = await ask(` ${email.toUpperCase()} `);
		expect(mails.map(({ to }) => to)).toEqual([email]);
		expect(await use(mails[0]!.path.split('#')[1]!)).toMatchObject({ ok: true });
		expect(await ask('nobody@staff.example')).toEqual({ outcome, mails: [] });
		expect((await trailOf(owner, userId))[0]).toMatchObject({ kind: 'link-made', by: null });
	});

	it('gets none to an account that was closed', async () => {
		const { email, userId } = await account();
		await owner.query('UPDATE users SET active = false WHERE id = $1', [userId]);
		expect(await ask(email)).toEqual({ outcome: 'taken', mails: [] });
	});

	it.each([
		['there is', true],
		['there is not', false]
	])('cannot ask without end for an account that %s', async (_, exists) => {
		const email = exists ? (await account()).email : 'nobody-else@staff.example';
		const now = Date.now();
		const answers = await Promise.all(
			Array.from({ length: RESET_ACCOUNT_RULE.free + 3 }, () => ask(email, undefined, now))
		);
		expect(outcomesOf(answers)).toEqual({ taken: RESET_ACCOUNT_RULE.free, locked: 3 });
		expect(answers.flatMap(({ mails }) => mails)).toHaveLength(
			exists ? RESET_ACCOUNT_RULE.free : 0
		);
		const later = now + RESET_ACCOUNT_RULE.firstLockMs;
		expect(await ask(email, undefined, later)).toMatchObject({ outcome: 'taken' });
	});

	it('nor from one address for many accounts', async () => {
		const now = Date.now();
		const answers = await Promise.all(
			Array.from({ length: RESET_ADDRESS_RULE.free + 3 }, (_, i) =>
				ask(`a${i}@x.example`, '::9', now)
			)
		);
		expect(outcomesOf(answers)).toEqual({ taken: RESET_ADDRESS_RULE.free, locked: 3 });
		expect(await ask('b@x.example', '::10', now)).toMatchObject({ outcome: 'taken' });
	});
});
