import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '#db/passwords.ts';
import { ACCOUNT_RULE, ADDRESS_RULE } from '#domain/access/lockout.ts';
import { endDevice, endOtherDevices } from '#domain/access/commands/devices.ts';
import { changePassword } from '#domain/access/commands/password.ts';
import { signIn } from '#domain/access/commands/sign-in.ts';
import type { Actor } from '#domain/access/actor.ts';
import { passwordChangeSchema } from '#domain/access/password-rules.ts';
import { actorOfSession, peekAtSession } from '#domain/access/queries.ts';
import { readDevices, whySignedOut } from '#domain/access/queries/devices.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

const PASSWORD = 'right horse battery';
const NOW = Date.now();

let fresh: FreshDatabase;
let clinic: Clinic;
let owner: pg.Client;
let passwordHash: string;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 10 });
	clinic = await clinicFactory(fresh.database);
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	passwordHash = await hashPassword(PASSWORD);
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

/** An account of its own for each test. @returns its e-mail address */
async function account(): Promise<string> {
	const { userId } = await staffFactory(fresh.database, clinic, { role: 'receptionist' });
	await owner.query('UPDATE users SET password_hash = $1 WHERE id = $2', [passwordHash, userId]);
	return `${userId}@staff.example`;
}
const attempt = (email: string, password: string, now = NOW, address = email) =>
	signIn(fresh.database, { email, password, address, device: 'Firefox on Linux' }, now);
const outcomesOf = (answers: { outcome: string }[]) =>
	Object.fromEntries(
		[...Map.groupBy(answers, ({ outcome }) => outcome)].map(([key, list]) => [key, list.length])
	);
/** Signs in and gives the session's secret. */
async function signedIn(email: string): Promise<string> {
	const answer = await attempt(email, PASSWORD);
	if (answer.outcome !== 'signed-in') throw new Error(answer.outcome);
	return answer.token;
}
const actorOf = async (token: string) => (await actorOfSession(fresh.database, token))!;

describe('twenty wrong passwords', () => {
	it.each([
		['one after another', false],
		['at once', true]
	])('%s lock the account, for the right one too, until the time is over', async (_, atOnce) => {
		const email = await account();
		const answers: { outcome: string }[] = [];
		if (atOnce) {
			answers.push(
				...(await Promise.all(Array.from({ length: 20 }, () => attempt(email, 'wrong'))))
			);
		} else {
			for (let i = 0; i < 20; i++) answers.push(await attempt(email, 'wrong'));
		}
		expect(outcomesOf(answers)).toEqual({
			...{ wrong: ACCOUNT_RULE.free, locked: 20 - ACCOUNT_RULE.free }
		});
		const until = NOW + ACCOUNT_RULE.firstLockMs;
		expect(await attempt(email, PASSWORD)).toEqual({ outcome: 'locked', until });
		expect(await attempt(email, PASSWORD, until - 1)).toEqual({ outcome: 'locked', until });
		expect(await attempt(email, PASSWORD, until)).toMatchObject({ outcome: 'signed-in' });
		// And all is forgiven.
		expect(await attempt(email, 'wrong', until + 1)).toEqual({ outcome: 'wrong' });
	});

	it('lock an account that there is not in the same way', async () => {
		const answers: { outcome: string }[] = [];
		for (let i = 0; i < 20; i++) answers.push(await attempt('nobody@staff.example', 'wrong'));
		expect(outcomesOf(answers)).toEqual({
			...{ wrong: ACCOUNT_RULE.free, locked: 20 - ACCOUNT_RULE.free }
		});
	});

	it('on many accounts lock the address, and nobody at another one', async () => {
		const email = await account();
		const from = (i: number) =>
			signIn(fresh.database, { email: `a${i}@x.example`, password: 'wrong', address: '::7' }, NOW);
		const answers = await Promise.all(
			Array.from({ length: ADDRESS_RULE.free + 5 }, (_, i) => from(i))
		);
		expect(outcomesOf(answers)).toEqual({ wrong: ADDRESS_RULE.free, locked: 5 });
		expect(await attempt(email, PASSWORD, NOW, '::7')).toMatchObject({ outcome: 'locked' });
		expect(await attempt(email, PASSWORD, NOW, '::8')).toMatchObject({ outcome: 'signed-in' });
	});

	it('leave nothing in the clear', async () => {
		const { rows } = await owner.query('SELECT id FROM sign_in_attempts');
		expect(rows.length).toBeGreaterThan(0);
		for (const { id } of rows as { id: string }[]) expect(id).toMatch(/^[0-9a-f]{64}$/);
	});
});

describe('changing the password', () => {
	const change = (actor: Actor, current: string, next: string) =>
		changePassword(fresh.database, actor, { current, next, repeated: next }, NOW);

	it('takes the present one, and signs all other devices out', async () => {
		const email = await account();
		const [here, there] = [await signedIn(email), await signedIn(email)];
		const next = 'another long password';
		expect(await change(await actorOf(here), PASSWORD, next)).toEqual({ outcome: 'changed' });
		expect(await actorOfSession(fresh.database, here)).not.toBeNull();
		expect(await actorOfSession(fresh.database, there)).toBeNull();
		expect(await attempt(email, PASSWORD)).toEqual({ outcome: 'wrong' });
		expect(await attempt(email, next)).toMatchObject({ outcome: 'signed-in' });
	});

	it('cannot be guessed at on a screen that was left unlocked', async () => {
		const email = await account();
		const actor = await actorOf(await signedIn(email));
		const answers = await Promise.all(
			Array.from({ length: 20 }, () => change(actor, 'wrong', 'another long password'))
		);
		expect(outcomesOf(answers)).toEqual({
			...{ wrong: ACCOUNT_RULE.free, locked: 20 - ACCOUNT_RULE.free }
		});
		expect(await change(actor, PASSWORD, 'another long password')).toMatchObject({
			outcome: 'locked'
		});
	});

	it.each([
		['is too short', { next: 'short', repeated: 'short' }, 'next'],
		['is too long', { next: 'x1y2'.repeat(65), repeated: 'x1y2'.repeat(65) }, 'next'],
		['differs from its repetition', { next: 'one long password', repeated: 'two' }, 'repeated'],
		['is the same as before', { next: PASSWORD, repeated: PASSWORD }, 'next'],
		['is one letter over and over', { next: 'aaaaaaaaaaaaaa', repeated: 'aaaaaaaaaaaaaa' }, 'next']
	])('is refused where the new one %s', (_, typed, field) => {
		const parsed = passwordChangeSchema.safeParse({ current: PASSWORD, ...typed });
		expect(parsed.error?.issues.map(({ path }) => path[0])).toContain(field);
	});
});

describe('devices', () => {
	const setSessions = (settings: object) =>
		owner.query('UPDATE organizations SET settings = $1 WHERE id = $2', [
			{ sessions: settings },
			clinic.organizationId
		]);

	it('are listed with the one that asks, and each can be signed out and is told why', async () => {
		const email = await account();
		const [here, there] = [await signedIn(email), await signedIn(email)];
		const actor = await actorOf(here);
		const devices = await readDevices(fresh.database, actor);
		expect(devices.map(({ name, isThis }) => [name, isThis]).sort()).toEqual([
			['Firefox on Linux', false],
			['Firefox on Linux', true]
		]);
		const other = devices.find(({ isThis }) => !isThis)!;
		expect(await endDevice(fresh.database, actor, other.id)).toMatchObject({ ok: true });
		expect(await actorOfSession(fresh.database, there)).toBeNull();
		expect(await whySignedOut(fresh.database, there)).toBe('signed-out-elsewhere');
		expect(await endDevice(fresh.database, actor, other.id)).toMatchObject({
			refusal: { code: 'not-found' }
		});
	});

	it("of others are nobody's business", async () => {
		const [mine, theirs] = [await signedIn(await account()), await signedIn(await account())];
		const [me, them] = [await actorOf(mine), await actorOf(theirs)];
		expect(await endDevice(fresh.database, me, them.sessionId!)).toMatchObject({ ok: false });
		await endOtherDevices(fresh.database, me);
		expect(await actorOfSession(fresh.database, theirs)).not.toBeNull();
		expect(await whySignedOut(fresh.database, theirs)).toBeNull();
	});

	it('are only so many: the one that was used longest ago is signed out', async () => {
		await setSessions({ devices: 2 });
		const email = await account();
		const [first, second] = [await signedIn(email), await signedIn(email)];
		await owner.query(
			"UPDATE sessions SET last_used_at = now() - interval '1 hour' WHERE id = $1",
			[(await actorOf(second)).sessionId]
		);
		const third = await signedIn(email);
		expect(await actorOfSession(fresh.database, first)).not.toBeNull();
		expect(await actorOfSession(fresh.database, third)).not.toBeNull();
		expect(await actorOfSession(fresh.database, second)).toBeNull();
		expect(await whySignedOut(fresh.database, second)).toBe('too-many-devices');
		// However many sign in at once.
		await Promise.all(Array.from({ length: 6 }, () => signedIn(email)));
		const newest = await actorOf(await signedIn(email));
		expect(await readDevices(fresh.database, newest)).toHaveLength(2);
		await setSessions({});
	});

	it('stay signed in while they are used, and not a minute longer than their organization allows', async () => {
		const email = await account();
		const token = await signedIn(email);
		const { sessionId } = await actorOf(token);
		const age = (column: string, interval: string) =>
			owner.query(`UPDATE sessions SET ${column} = ${column} - $1::interval WHERE id = $2`, [
				...[interval, sessionId]
			]);
		const endsIn = async () => {
			const { rows } = await owner.query<{ minutes: number }>(
				'SELECT extract(epoch FROM expires_at - now())::float8 / 60 AS minutes FROM sessions WHERE id = $1',
				[sessionId]
			);
			return Math.round(rows[0]!.minutes);
		};
		await setSessions({ idleMinutes: 30, maxHours: 1 });
		await age('last_used_at', '2 minutes');
		await actorOf(token);
		expect(await endsIn()).toBe(30);
		// Who only looks uses nothing.
		await age('expires_at', '10 minutes');
		await age('last_used_at', '10 minutes');
		await peekAtSession(fresh.database, token);
		expect(await endsIn()).toBe(20);
		await actorOf(token);
		expect(await endsIn()).toBe(30);
		// The whole time is over soon, however much it is used.
		await age('created_at', '50 minutes');
		await age('last_used_at', '10 minutes');
		await actorOf(token);
		expect(await endsIn()).toBe(10);
		await age('created_at', '10 minutes');
		expect(await peekAtSession(fresh.database, token)).toBeNull();
		expect(await actorOfSession(fresh.database, token)).toBeNull();
		await setSessions({});
	});

	it('without use are signed out', async () => {
		const token = await signedIn(await account());
		const { sessionId } = await actorOf(token);
		await owner.query(
			"UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = $1",
			[sessionId]
		);
		expect(await actorOfSession(fresh.database, token)).toBeNull();
	});
});
