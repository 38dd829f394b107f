import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT_RULE } from '#domain/access/lockout.ts';
import { PENDING_MINUTES } from '#domain/access/pending-sign-in.ts';
import { findPending, pendingSetUp } from '#domain/access/commands/pending-sign-ins.ts';
import { finishSetUp, finishSignIn } from '#domain/access/commands/second-step.ts';
import { signIn } from '#domain/access/commands/sign-in.ts';
import { actorOfSession } from '#domain/access/queries.ts';
import { newSecret } from '#db/sessions.ts';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import {
	accountFactory,
	codeOf,
	factorFactory,
	firstStep,
	kindsOf,
	outcomesOf,
	PASSWORD,
	trailOf,
	wrongCode
} from './account.ts';

const SET_UP = Date.now() - 600_000;
const NOW = Date.now();
const VISITOR = { device: 'Firefox on Linux', origin: { address: '::1', requestId: 'request' } };

let fresh: FreshDatabase;
let clinic: Clinic;
let owner: pg.Client;
beforeAll(async () => {
	fresh = await freshDatabase({ max: 10 });
	clinic = await clinicFactory(fresh.database);
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

/** An account with a second factor, and the first step done. */
async function halfway() {
	const account = await accountFactory({ database: fresh.database, owner, clinic });
	const factor = await factorFactory(fresh.database, account.actor, SET_UP);
	return { ...account, ...factor, token: await firstStep(fresh.database, account.email, NOW) };
}
const finish = (token: string, code: string, now = NOW) =>
	finishSignIn(fresh.database, token, code, VISITOR, now);

describe('the second step', () => {
	it('signs in with a code from the app, and nothing does before', async () => {
		const { secret, token, userId } = await halfway();
		expect(await actorOfSession(fresh.database, token)).toBeNull();
		const answer = await finish(token, codeOf(secret, NOW));
		expect(answer).toMatchObject({ outcome: 'signed-in', recoveryCodes: null });
		const session = (answer as { token: string }).token;
		expect(await actorOfSession(fresh.database, session)).toMatchObject({ userId });
		// And it was used up.
		expect(await finish(token, codeOf(secret, NOW + 30_000))).toEqual({ outcome: 'over' });
		expect((await trailOf(owner, userId)).at(-1)).toMatchObject({
			...{ kind: 'signed-in', by: userId, detail: { how: 'code' } }
		});
	});

	it.each([
		['one before', -30_000, 'signed-in'],
		['one after', 30_000, 'signed-in'],
		['two before', -60_000, 'wrong'],
		['two after', 60_000, 'wrong']
	])('takes the code %s as: %s', async (_, away, outcome) => {
		const { secret, token } = await halfway();
		expect(await finish(token, codeOf(secret, NOW + away))).toMatchObject({ outcome });
	});

	it.each([
		['one after another', false],
		['at once', true]
	])('takes a code once, however it comes twice %s', async (_, atOnce) => {
		const { secret, token, email } = await halfway();
		const other = await firstStep(fresh.database, email, NOW);
		const code = codeOf(secret, NOW);
		const answers = atOnce
			? await Promise.all([finish(token, code), finish(other, code)])
			: [await finish(token, code), await finish(other, code)];
		expect(outcomesOf(answers)).toEqual({ 'signed-in': 1, wrong: 1 });
		// Nor one from before it.
		expect(await finish(other, codeOf(secret, NOW - 30_000))).toEqual({ outcome: 'wrong' });
		expect(await finish(other, codeOf(secret, NOW + 30_000))).toMatchObject({
			outcome: 'signed-in'
		});
	});

	it('opens one session for one right password, whatever right codes come at once', async () => {
		const { recoveryCodes, token } = await halfway();
		const answers = await Promise.all(recoveryCodes.slice(0, 4).map((code) => finish(token, code)));
		expect(outcomesOf(answers)).toEqual({ 'signed-in': 1, over: 3 });
	});

	it.each([
		['one after another', false],
		['at once', true]
	])('takes a recovery code once, however it comes twice %s', async (_, atOnce) => {
		const { recoveryCodes, token, email, userId } = await halfway();
		const other = await firstStep(fresh.database, email, NOW);
		const [code] = recoveryCodes;
		// As somebody types it who reads o for 0.
		const typed = code!.toUpperCase().replaceAll('0', 'O').replaceAll(' ', '-');
		const answers = atOnce
			? await Promise.all([finish(token, code!), finish(other, typed)])
			: [await finish(token, typed), await finish(other, code!)];
		expect(outcomesOf(answers)).toEqual({ 'signed-in': 1, wrong: 1 });
		const kinds = await kindsOf(owner, userId);
		expect(kinds.filter((kind) => kind === 'recovery-code-used')).toHaveLength(1);
		const { rows } = await owner.query('SELECT id FROM recovery_codes WHERE user_id = $1', [
			userId
		]);
		for (const { id } of rows as { id: string }[]) expect(id).toMatch(/^[0-9a-f]{64}$/);
	});

	it("takes nobody else's codes", async () => {
		const [mine, theirs] = [await halfway(), await halfway()];
		expect(await finish(mine.token, codeOf(theirs.secret, NOW))).toEqual({ outcome: 'wrong' });
		expect(await finish(mine.token, theirs.recoveryCodes[0]!)).toEqual({ outcome: 'wrong' });
	});

	it('is over after ten minutes, without a password, and for whoever made the cookie up', async () => {
		const { secret, token, userId } = await halfway();
		const late = NOW + PENDING_MINUTES * 60_000;
		expect(await finish(token, codeOf(secret, late), late)).toEqual({ outcome: 'over' });
		expect(await finish(newSecret(), codeOf(secret, NOW))).toEqual({ outcome: 'over' });
		// Nor what stands in the database.
		const { rows } = await owner.query('SELECT id FROM pending_sign_ins WHERE user_id = $1', [
			userId
		]);
		expect(await finish(rows[0].id, codeOf(secret, NOW))).toEqual({ outcome: 'over' });
	});

	it('does not let in whose account was closed in the meantime', async () => {
		const { secret, token, userId } = await halfway();
		await owner.query('UPDATE users SET active = false WHERE id = $1', [userId]);
		expect(await finish(token, codeOf(secret, NOW))).toEqual({ outcome: 'over' });
	});
});

describe('twenty wrong codes', () => {
	it.each([
		['one after another', false],
		['at once', true]
	])(
		'%s lock the second step, for the right one too, until the time is over',
		async (_, atOnce) => {
			const { secret, recoveryCodes, token, email, userId } = await halfway();
			const wrong = wrongCode(secret, NOW);
			const answers: { outcome: string }[] = [];
			if (atOnce) {
				answers.push(
					...(await Promise.all(Array.from({ length: 20 }, () => finish(token, wrong))))
				);
			} else for (let i = 0; i < 20; i++) answers.push(await finish(token, wrong));
			expect(outcomesOf(answers)).toEqual({
				...{ wrong: ACCOUNT_RULE.free, locked: 20 - ACCOUNT_RULE.free }
			});
			const until = NOW + ACCOUNT_RULE.firstLockMs;
			const locked = { outcome: 'locked', until };
			expect(await finish(token, codeOf(secret, NOW))).toEqual(locked);
			expect(await finish(token, recoveryCodes[0]!)).toEqual(locked);
			// Nor does the right password give the tries back.
			const again = await firstStep(fresh.database, email, until - 1);
			expect(await finish(again, codeOf(secret, NOW), until - 1)).toEqual(locked);
			expect(await finish(again, codeOf(secret, until), until)).toMatchObject({
				outcome: 'signed-in'
			});
			const trail = await trailOf(owner, userId);
			const refused = trail.filter(({ detail }) => detail.step === 'second-step');
			expect(Map.groupBy(refused, ({ kind }) => kind).get('sign-in-failed')).toHaveLength(10);
			expect(Map.groupBy(refused, ({ kind }) => kind).get('sign-in-locked')).toHaveLength(13);
			expect(new Set(refused.map(({ by }) => by))).toEqual(new Set([null]));
		}
	);
});

describe('an organization that requires a second factor', () => {
	const ruleFactor = (secondFactor: string) =>
		owner.query('UPDATE organizations SET settings = $1 WHERE id = $2', [
			...[{ secondFactor }, clinic.organizationId]
		]);

	it('gives no session before one is set up', async () => {
		await ruleFactor('required');
		const { email, userId } = await accountFactory({ database: fresh.database, owner, clinic });
		const answer = await signIn(fresh.database, { email, password: PASSWORD }, NOW);
		expect(answer).toMatchObject({ outcome: 'second-step', step: 'set-up' });
		const { token } = answer as { token: string };
		expect(await actorOfSession(fresh.database, token)).toBeNull();
		// A code of the step for those who have one lets nobody in.
		expect(await finish(token, '123456')).toEqual({ outcome: 'over' });
		const { text, uri } = (await pendingSetUp(fresh.database, token, NOW))!;
		expect(uri).toMatch(/^otpauth:\/\/totp\/Dayboard:/);
		const confirm = (code: string) => finishSetUp(fresh.database, token, code, VISITOR, NOW);
		expect(await confirm(wrongCode(text, NOW))).toEqual({ outcome: 'wrong' });
		expect(await kindsOf(owner, userId)).toEqual(['sign-in-failed']);
		const done = await confirm(codeOf(text, NOW));
		expect(done).toMatchObject({ outcome: 'signed-in' });
		const { token: session, recoveryCodes } = done as { token: string; recoveryCodes: string[] };
		expect(new Set(recoveryCodes).size).toBe(10);
		expect(await actorOfSession(fresh.database, session)).toMatchObject({ userId });
		expect(await pendingSetUp(fresh.database, token, NOW)).toBeNull();
		// From now on it is asked for.
		const next = await firstStep(fresh.database, email, NOW);
		expect(await findPending(fresh.database, next, NOW)).toMatchObject({ step: 'code' });
		expect(await finish(next, codeOf(text, NOW))).toEqual({ outcome: 'wrong' });
		await ruleFactor('optional');
	});

	it('shows no secret that somebody may have seen before', async () => {
		await ruleFactor('required');
		const { email } = await accountFactory({ database: fresh.database, owner, clinic });
		const [first, second] = [
			await firstStep(fresh.database, email, NOW),
			await pendingSetUp(fresh.database, await firstStep(fresh.database, email, NOW), NOW)
		];
		const again = await pendingSetUp(fresh.database, first, NOW);
		expect(again).toEqual(second);
		const third = await firstStep(fresh.database, email, NOW);
		expect(await pendingSetUp(fresh.database, third, NOW)).not.toEqual(second);
		await ruleFactor('optional');
	});
});
