import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endDevice } from '#domain/access/commands/devices.ts';
import {
	makeRecoveryCodes,
	resetSecondFactor,
	turnOffSecondFactor
} from '#domain/access/commands/keep-second-factor.ts';
import {
	abandonSecondFactor,
	beginOwnSecondFactor,
	beginSecondFactor,
	confirmSecondFactor,
	secretBeingSetUp
} from '#domain/access/commands/second-factor.ts';
import { createApiToken, signOut } from '#domain/access/commands.ts';
import { signIn } from '#domain/access/commands/sign-in.ts';
import { ACCOUNT_RULE } from '#domain/access/lockout.ts';
import { actorOfSession } from '#domain/access/queries.ts';
import { readDevices } from '#domain/access/queries/devices.ts';
import { readFactor } from '#domain/access/queries/second-factor.ts';
import { readCode } from '#domain/access/second-factor.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import {
	accountFactory,
	codeOf,
	factorFactory,
	kindsOf,
	outcomesOf,
	PASSWORD,
	trailOf,
	wrongCode
} from './account.ts';

const NOW = Date.now();
const SET_UP = NOW - 600_000;

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

const account = () => accountFactory({ database: fresh.database, owner, clinic });
async function withFactor() {
	const made = await account();
	return { ...made, ...(await factorFactory(fresh.database, made.actor, SET_UP)) };
}
const ruleFactor = (secondFactor: string) =>
	owner.query('UPDATE organizations SET settings = $1 WHERE id = $2', [
		...[{ secondFactor }, clinic.organizationId]
	]);

describe('codes as they are typed', () => {
	it.each([
		['123456', 'app', '123456'],
		[' 123 456 ', 'app', '123456'],
		['12345', 'none', undefined],
		['1234567', 'none', undefined],
		['0a1b-2c3d 4e5f-6g7h', 'recovery', '0a1b2c3d4e5f6g7h'],
		['OAIB2C3D4E5F6G7H', 'recovery', '0a1b2c3d4e5f6g7h'],
		['0a1b2c3d4e5f6g7u', 'none', undefined],
		['1'.repeat(65), 'none', undefined],
		['', 'none', undefined]
	])('%j', (typed, kind, code) => {
		const read = readCode(typed);
		expect([read.kind, 'code' in read ? read.code : undefined]).toEqual([kind, code]);
	});
});

describe('setting up', () => {
	it('asks for the password, and is not in force before a code was right', async () => {
		const { actor, userId, email } = await account();
		expect(await beginOwnSecondFactor(fresh.database, actor, 'wrong')).toEqual({
			outcome: 'wrong'
		});
		expect(await secretBeingSetUp(fresh.database, actor)).toBeNull();
		expect(await beginOwnSecondFactor(fresh.database, actor, PASSWORD)).toEqual({
			outcome: 'proven'
		});
		const { text, uri } = (await secretBeingSetUp(fresh.database, actor))!;
		expect(uri).toContain(`secret=${text.replaceAll(' ', '')}`);
		const { rows } = await owner.query(
			'SELECT sealed_secret FROM second_factors WHERE user_id = $1',
			[userId]
		);
		expect(rows[0].sealed_secret).toMatch(/^1\.\d+\./);
		expect(await signIn(fresh.database, { email, password: PASSWORD })).toMatchObject({
			outcome: 'signed-in'
		});
		const confirm = (code: string) => confirmSecondFactor(fresh.database, actor, code, NOW);
		expect(await confirm(wrongCode(text, NOW))).toEqual({ outcome: 'wrong' });
		expect(await confirm(codeOf(text, NOW))).toMatchObject({ outcome: 'on' });
		expect(await secretBeingSetUp(fresh.database, actor)).toBeNull();
		expect(await signIn(fresh.database, { email, password: PASSWORD })).toMatchObject({
			outcome: 'second-step'
		});
		expect(await kindsOf(owner, userId)).toEqual(
			expect.arrayContaining(['refused', 'second-factor-on', 'recovery-codes-made'])
		);
	});

	it('is confirmed once, whatever comes at once, and cannot be begun over one that is on', async () => {
		const { actor } = await account();
		await beginSecondFactor(fresh.database, actor);
		const { text } = (await secretBeingSetUp(fresh.database, actor))!;
		const answers = await Promise.all(
			[0, 1, 2].map(() => confirmSecondFactor(fresh.database, actor, codeOf(text, NOW), NOW))
		);
		expect(outcomesOf(answers)).toEqual({ on: 1, 'not-begun': 2 });
		expect(await beginSecondFactor(fresh.database, actor)).toBe(false);
		expect(await readFactor(fresh.database, actor)).toMatchObject({
			factor: { state: 'on', recoveryCodesLeft: 10 }
		});
	});

	it('can be given up', async () => {
		const { actor } = await account();
		await beginSecondFactor(fresh.database, actor);
		await abandonSecondFactor(fresh.database, actor);
		expect((await readFactor(fresh.database, actor)).factor).toEqual({ state: 'off' });
		expect(await confirmSecondFactor(fresh.database, actor, '123456', NOW)).toEqual({
			outcome: 'not-begun'
		});
	});
});

describe('taking it away', () => {
	it.each([
		['the password', (_: string, __: string[]) => PASSWORD, 'proven'],
		['a code', (secret: string) => codeOf(secret, NOW), 'proven'],
		['a recovery code', (_: string, codes: string[]) => codes[3]!, 'proven'],
		['a wrong password', () => 'wrong password here', 'wrong'],
		['a wrong code', (secret: string) => wrongCode(secret, NOW), 'wrong'],
		['a code that was taken', (secret: string) => codeOf(secret, SET_UP), 'wrong']
	])('with %s', async (_, proof, outcome) => {
		const { actor, userId, secret, recoveryCodes } = await withFactor();
		const typed = proof(secret, recoveryCodes);
		expect(await turnOffSecondFactor(fresh.database, actor, typed, NOW)).toEqual({ outcome });
		const { factor } = await readFactor(fresh.database, actor);
		expect(factor.state).toBe(outcome === 'proven' ? 'off' : 'on');
		expect((await kindsOf(owner, userId)).at(-1)).toBe(
			outcome === 'proven' ? 'second-factor-off' : 'refused'
		);
	});

	it('where it is required takes a code, and the next sign-in sets up another', async () => {
		await ruleFactor('required');
		const { actor, email, secret } = await withFactor();
		expect(await turnOffSecondFactor(fresh.database, actor, PASSWORD, NOW)).toEqual({
			outcome: 'code-needed'
		});
		const code = codeOf(secret, NOW);
		expect(await turnOffSecondFactor(fresh.database, actor, code, NOW)).toEqual({
			outcome: 'proven'
		});
		expect(await signIn(fresh.database, { email, password: PASSWORD })).toMatchObject({
			step: 'set-up'
		});
		await ruleFactor('optional');
	});

	it('cannot be guessed at on a screen that was left unlocked', async () => {
		const { actor, secret } = await withFactor();
		const answers = await Promise.all(
			Array.from({ length: 20 }, () =>
				turnOffSecondFactor(fresh.database, actor, wrongCode(secret, NOW), NOW)
			)
		);
		expect(outcomesOf(answers)).toEqual({
			...{ wrong: ACCOUNT_RULE.free, locked: 20 - ACCOUNT_RULE.free }
		});
	});

	it('is for an administrator who manages the account, and not for oneself', async () => {
		const admin = await staffFactory(fresh.database, clinic, {
			role: 'organization-administrator'
		});
		const { actor, userId } = await withFactor();
		const colleague = await account();
		const reset = (by: typeof actor, id = userId) =>
			resetSecondFactor(fresh.database, by, { userId: id });
		expect(await reset(colleague.actor)).toMatchObject({ refusal: { code: 'not-allowed' } });
		expect((await readFactor(fresh.database, actor)).factor.state).toBe('on');
		expect(await reset(admin, admin.userId)).toMatchObject({ refusal: { code: 'not-allowed' } });
		expect(await reset(admin)).toEqual({ ok: true, value: null });
		expect((await readFactor(fresh.database, actor)).factor.state).toBe('off');
	});
});

describe('new recovery codes', () => {
	it('take a proof, and make the old ones worthless', async () => {
		const { actor, secret, recoveryCodes } = await withFactor();
		expect(await makeRecoveryCodes(fresh.database, actor, 'wrong password', NOW)).toEqual({
			outcome: 'wrong'
		});
		const made = await makeRecoveryCodes(fresh.database, actor, codeOf(secret, NOW), NOW);
		expect(made).toMatchObject({ outcome: 'made' });
		const codes = (made as { recoveryCodes: string[] }).recoveryCodes;
		expect(codes.filter((code) => recoveryCodes.includes(code))).toEqual([]);
		const proofs = [recoveryCodes[0]!, codes[0]!];
		const outcomes: string[] = [];
		for (const proof of proofs) {
			outcomes.push((await makeRecoveryCodes(fresh.database, actor, proof, NOW)).outcome);
		}
		expect(outcomes).toEqual(['wrong', 'made']);
	});
});

describe('what the audit says', () => {
	it('of signing in and out, of devices and tokens', async () => {
		const { userId, email } = await account();
		const signedIn = async () => {
			const from = { address: '10.0.0.7', requestId: 'request-1' };
			const answer = await signIn(fresh.database, { email, password: PASSWORD, ...from });
			const { token } = answer as { token: string };
			return (await actorOfSession(fresh.database, token))!;
		};
		const [here, there] = [await signedIn(), await signedIn()];
		await endDevice(fresh.database, here, there.sessionId!);
		expect(await readDevices(fresh.database, here)).toHaveLength(1);
		await signOut(fresh.database, here);
		await signIn(fresh.database, { email, password: 'wrong' });
		await createApiToken(fresh.database, { email, scopes: ['read'], expiresAt: NOW });
		expect(await trailOf(owner, userId)).toMatchObject([
			{ kind: 'signed-in', by: userId, detail: { how: 'password' } },
			{ kind: 'signed-in', by: userId },
			{ kind: 'device-ended', by: userId, detail: { reason: 'signed-out-elsewhere' } },
			{ kind: 'signed-out', by: userId },
			{ kind: 'sign-in-failed', by: null, detail: { step: 'password' } },
			{ kind: 'token-made', by: null, detail: { scopes: ['read'] } }
		]);
		const { rows } = await owner.query(
			'SELECT address, request_id FROM audit_entries WHERE actor_user_id = $1 ORDER BY id LIMIT 1',
			[userId]
		);
		expect(rows).toEqual([{ address: '10.0.0.7', request_id: 'request-1' }]);
	});

	it('of many wrong passwords: each that was refused', async () => {
		const { userId, email } = await account();
		for (let i = 0; i < 12; i++) await signIn(fresh.database, { email, password: 'wrong' }, NOW);
		const kinds = await kindsOf(owner, userId);
		expect(outcomesOf(kinds.map((outcome) => ({ outcome })))).toEqual({
			...{ 'sign-in-failed': 10, 'sign-in-locked': 2 }
		});
	});
});
