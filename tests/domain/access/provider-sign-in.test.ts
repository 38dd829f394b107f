import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashPassword } from '#db/passwords.ts';
import { signIn } from '#domain/access/commands/sign-in.ts';
import { startProviderSignIn } from '#domain/access/commands/provider-sign-in.ts';
import type { ProviderFailure } from '#domain/access/provider-failure.ts';
import { providerOfAddress } from '#domain/access/queries/provider.ts';
import { clinicFactory, staffFactory } from '../../factories/clinic-factory.ts';
import { walkThrough } from '../../support/identity-provider.ts';
import { ALLOWED, ORIGIN, providerDesk, REDIRECT, type ProviderDesk } from './provider-desk.ts';

let desk: ProviderDesk;
beforeAll(async () => {
	desk = await providerDesk();
});
afterAll(() => desk.close());
beforeEach(async () => {
	desk.provider.spoil(null);
	expect(await desk.save()).toMatchObject({ ok: true });
});

const rolesOf = (actor: { roles: readonly { role: string }[] }) =>
	actor.roles.map(({ role }) => role).sort();

/** An account of the clinic's own. */
async function account(email: string, role = 'doctor'): Promise<string> {
	const { userId } = await staffFactory(desk.fresh.database, desk.clinic, { role });
	await desk.owner.query('UPDATE users SET email = $1 WHERE id = $2', [email, userId]);
	return userId;
}

describe('whoever the provider vouches for', () => {
	it('gets an account of their own with the roles of the rules, and is known the next time', async () => {
		const { login, email } = desk.person({ groups: ['front-desk', 'managers', 'football'] });
		const actor = await desk.actorBy(login);
		expect(actor).toMatchObject({
			name: 'Anna Wolska',
			organizationId: desk.clinic.organizationId
		});
		expect(actor.roles).toEqual(
			expect.arrayContaining([
				expect.objectContaining({ role: 'receptionist', clinicId: desk.clinic.clinicId }),
				expect.objectContaining({ role: 'operations-manager', clinicId: null })
			])
		);
		expect(rolesOf(actor)).toEqual(['operations-manager', 'receptionist']);
		const { rows } = await desk.owner.query('SELECT * FROM users WHERE email = $1', [email]);
		expect(rows).toMatchObject([{ id: actor.userId, password_hash: null, active: true }]);
		expect((await desk.actorBy(login)).userId).toBe(actor.userId);
		const made = await desk.audit('account-made');
		expect(made.filter(({ actor_user_id: id }) => id === actor.userId)).toHaveLength(1);
		const signedIn = await desk.audit('signed-in');
		expect(signedIn.at(-1)).toMatchObject({
			...{ actor_user_id: actor.userId, detail: { how: 'provider' }, address: '192.0.2.7' }
		});
	});

	it('keeps the account when the address changes at the provider', async () => {
		const { login } = desk.person();
		const { userId } = await desk.actorBy(login);
		desk.provider.people.get(login)!.email = 'married@elsewhere.example';
		expect((await desk.actorBy(login)).userId).toBe(userId);
	});

	it('is linked to the account with the verified address, and keeps the roles given by hand', async () => {
		const { login, email } = desk.person();
		const userId = await account(email);
		const actor = await desk.actorBy(login);
		expect(actor.userId).toBe(userId);
		expect(rolesOf(actor)).toEqual(['doctor', 'receptionist']);
		desk.provider.people.get(login)!.groups = [];
		expect(rolesOf(await desk.actorBy(login))).toEqual(['doctor']);
	});

	it('is one account, however many windows sign in at once', async () => {
		const { login, email } = desk.person();
		const actors = await Promise.all(Array.from({ length: 4 }, () => desk.actorBy(login)));
		expect(new Set(actors.map(({ userId }) => userId)).size).toBe(1);
		const { rows } = await desk.owner.query('SELECT id FROM users WHERE email = $1', [email]);
		expect(rows).toHaveLength(1);
		expect(rolesOf(actors[0]!)).toEqual(['receptionist']);
	});

	it('is the same doctor by every role', async () => {
		const { login, email } = desk.person();
		const userId = await account(email);
		const [practitionerId] = desk.clinic.practitionerIds;
		await desk.owner.query('UPDATE role_assignments SET practitioner_id = $1 WHERE user_id = $2', [
			...[practitionerId, userId]
		]);
		const { roles } = await desk.actorBy(login);
		expect(roles.map((one) => one.practitionerId)).toEqual([practitionerId, practitionerId]);
	});
});

describe('roles that come from the provider', () => {
	it('are brought up to date at every sign-in; those given by hand stay', async () => {
		const { login } = desk.person();
		const { userId } = await desk.actorBy(login);
		await desk.owner.query(
			'INSERT INTO role_assignments (organization_id, id, user_id, role) VALUES ($1, $2, $3, $4)',
			[desk.clinic.organizationId, crypto.randomUUID(), userId, 'support']
		);
		desk.provider.people.get(login)!.groups = ['managers'];
		expect(rolesOf(await desk.actorBy(login))).toEqual(['operations-manager', 'support']);
		desk.provider.people.get(login)!.groups = 'front-desk';
		expect(rolesOf(await desk.actorBy(login))).toEqual(['receptionist', 'support']);
		const changes = await desk.audit('account-changed');
		expect(changes.at(-1)!.detail).toMatchObject({
			rolesLost: ['operations-manager'],
			rolesGiven: [`receptionist/${desk.clinic.clinicId}`]
		});
	});

	it('that are lost are gone also where they were the last, and nobody gets in without any', async () => {
		const { login } = desk.person();
		const before = await desk.actorBy(login);
		desk.provider.people.get(login)!.groups = [];
		const { sessions } = await desk.counts();
		expect(await desk.signIn(login)).toEqual({ outcome: 'failed', failure: 'no-role' });
		const { rows } = await desk.owner.query('SELECT FROM role_assignments WHERE user_id = $1', [
			before.userId
		]);
		expect(rows).toHaveLength(0);
		expect((await desk.counts()).sessions).toBe(sessions);
	});

	it('follow the rules of today: one for a role that is gone gives nothing', async () => {
		const own = { value: 'front-desk', role: 'own-night', clinicId: null };
		await desk.owner.query(
			"INSERT INTO roles (organization_id, key, name, grants) VALUES ($1, 'own-night', 'Night', '{}')",
			[desk.clinic.organizationId]
		);
		expect(await desk.save({ roleRules: [own] })).toMatchObject({ ok: true });
		await desk.owner.query("DELETE FROM roles WHERE key = 'own-night'");
		expect(await desk.signIn(desk.person().login)).toMatchObject({ failure: 'no-role' });
	});

	it('may stand deeper in what the provider says', async () => {
		await desk.save({ roleClaim: 'groups.clinic' });
		const { login } = desk.person({ groups: { clinic: ['managers'] } });
		expect(rolesOf(await desk.actorBy(login))).toEqual(['operations-manager']);
	});
});

describe('nobody gets in, and nothing but the audit is kept,', () => {
	/** Nothing changed but that there is one more refusal, with its reason. */
	async function expectRefused(
		failure: ProviderFailure,
		attempt: () => Promise<unknown>,
		{ audited = true } = {}
	) {
		const [before, entries] = [await desk.counts(), await desk.audit('sign-in-failed')];
		expect(await attempt()).toEqual({ outcome: 'failed', failure });
		expect(await desk.counts()).toEqual({ ...before, flows: expect.any(Number) });
		const after = await desk.audit('sign-in-failed');
		expect(after).toHaveLength(entries.length + (audited ? 1 : 0));
		if (audited) expect(after.at(-1)!.detail).toMatchObject({ how: 'provider', why: failure });
	}

	it('with a state that nobody gave out', async () => {
		const { url, secret } = await desk.start();
		const back = await walkThrough(url, desk.person().login);
		back.searchParams.set('state', 'made-up');
		await expectRefused('unknown-flow', () => desk.finish(back, secret), { audited: false });
		back.searchParams.delete('state');
		await expectRefused('unknown-flow', () => desk.finish(back, secret), { audited: false });
	});

	it('with a way back that was used before', async () => {
		const { url, secret } = await desk.start();
		const back = await walkThrough(url, desk.person().login);
		expect(await desk.finish(back, secret)).toMatchObject({ outcome: 'signed-in', next: '/board' });
		await expectRefused('unknown-flow', () => desk.finish(back, secret), { audited: false });
	});

	it('by a way back that was used twice at once, but for one', async () => {
		const { url, secret } = await desk.start();
		const back = await walkThrough(url, desk.person().login);
		const answers = await Promise.all(Array.from({ length: 5 }, () => desk.finish(back, secret)));
		expect(answers.filter(({ outcome }) => outcome === 'signed-in')).toHaveLength(1);
	});

	it('in a browser other than the one that set out, and the way is used up', async () => {
		const [mine, theirs] = [await desk.start(), await desk.start()];
		const back = await walkThrough(mine.url, desk.person().login);
		await expectRefused('other-browser', () => desk.finish(back, theirs.secret));
		await expectRefused('unknown-flow', () => desk.finish(back, mine.secret), { audited: false });
		const again = await desk.start();
		const backAgain = await walkThrough(again.url, desk.person().login);
		await expectRefused('other-browser', () => desk.finish(backAgain, undefined));
	});

	it('after ten minutes', async () => {
		const now = Date.now();
		const { url, secret } = await desk.start(now);
		const back = await walkThrough(url, desk.person().login);
		await expectRefused('expired', () => desk.finish(back, secret, now + 600_000));
	});

	it('who says no at the provider', async () => {
		await expectRefused('declined', () => desk.signIn(null));
	});

	it.each([
		['another nonce', { claims: { nonce: 'made-up' } }],
		['another audience', { claims: { aud: 'somebody-else' } }],
		['another issuer', { claims: { iss: 'https://elsewhere.example' } }],
		['an end in the past', { claims: { exp: 1_000_000 } }],
		['a signature by another key', { wrongKey: true }]
	])('with a token of %s', async (_, spoiling) => {
		desk.provider.spoil(spoiling);
		await expectRefused('not-trusted', () => desk.signIn(desk.person().login));
	});

	it.each<[string, Record<string, unknown>, ProviderFailure]>([
		['no address', { email: undefined }, 'no-email'],
		['an address that is not verified', { email_verified: false }, 'email-unverified'],
		['an address of which nothing is said', { email_verified: undefined }, 'email-unverified'],
		['an address elsewhere', { email: 'anna@elsewhere.example' }, 'foreign-domain'],
		['an address below the domain', { email: 'anna@x.north.example' }, 'foreign-domain'],
		['groups that no rule fits', { groups: ['football'] }, 'no-role'],
		['no groups', { groups: undefined }, 'no-role']
	])('with %s', async (_, claims, failure) => {
		await expectRefused(failure, () => desk.signIn(desk.person(claims).login));
	});

	it('by an address that is not verified, though there is an account with it', async () => {
		const { login, email } = desk.person({ email_verified: false });
		await account(email, 'organization-administrator');
		await expectRefused('email-unverified', () => desk.signIn(login));
	});

	it('whose account is closed', async () => {
		const { login, email } = desk.person();
		const userId = await account(email);
		await desk.owner.query('UPDATE users SET active = false WHERE id = $1', [userId]);
		await expectRefused('account-closed', () => desk.signIn(login));
		const known = desk.person();
		const actor = await desk.actorBy(known.login);
		await desk.owner.query('UPDATE users SET active = false WHERE id = $1', [actor.userId]);
		await expectRefused('account-closed', () => desk.signIn(known.login));
	});

	it("with the address of another organization's account", async () => {
		const other = await clinicFactory(desk.fresh.database);
		const { userId } = await staffFactory(desk.fresh.database, other, { role: 'receptionist' });
		const { login, email } = desk.person();
		await desk.owner.query('UPDATE users SET email = $1 WHERE id = $2', [email, userId]);
		await expectRefused('address-taken', () => desk.signIn(login));
		await desk.owner.query('UPDATE users SET email = id::text WHERE id = $1', [userId]);
	});

	it('through a provider that was switched off meanwhile', async () => {
		const { url, secret } = await desk.start();
		const back = await walkThrough(url, desk.person().login);
		await desk.save({ enabled: false });
		expect(await providerOfAddress(desk.fresh.database, `x@${desk.domain}`)).toBeNull();
		await expectRefused('switched-off', () => desk.finish(back, secret));
	});

	it('with a secret that the provider does not know', async () => {
		await desk.save({ clientSecret: 'another one' });
		await expectRefused('client-refused', () => desk.signIn(desk.person().login));
	});

	it('while the provider is down', async () => {
		const other = await providerDesk();
		try {
			await other.save();
			const { url, secret } = await other.start();
			const back = await walkThrough(url, other.person().login);
			await other.provider.close();
			expect(await other.finish(back, secret)).toEqual({
				...{ outcome: 'failed', failure: 'unreachable' }
			});
			const start = {
				email: `x@${other.domain}`,
				next: '/',
				redirectUri: REDIRECT,
				origin: ORIGIN
			};
			expect(await startProviderSignIn(other.fresh.database, start, ALLOWED)).toMatchObject({
				...{ outcome: 'failed', failure: 'unreachable' }
			});
			expect(await other.counts()).toMatchObject({ identities: 0, flows: 0, sessions: 0 });
			expect((await other.audit('sign-in-failed')).map(({ detail }) => detail)).toEqual([
				{ how: 'provider', why: 'unreachable', because: 'no-connection' },
				{ how: 'provider', why: 'unreachable', because: 'no-connection' }
			]);
		} finally {
			await other.close().catch(() => {});
		}
	});
});

describe('setting out', () => {
	it('says whether a domain has a provider, and nothing of accounts', async () => {
		const of = (email: string) => providerOfAddress(desk.fresh.database, email);
		expect(await of(`nobody-at-all@${desk.domain}`)).toMatchObject({ label: 'North account' });
		expect(await of(`x@${desk.domain.toUpperCase()}`)).toMatchObject({ label: 'North account' });
		expect(await of('x@elsewhere.example')).toBeNull();
		expect(await of('no address')).toBeNull();
	});

	it('asks for the claim of the roles, with PKCE, a state and a nonce, none of them kept in the clear', async () => {
		const { url } = await desk.start();
		const asked = new URL(url).searchParams;
		expect(asked.get('scope')).toBe('openid email profile groups');
		expect(asked.get('code_challenge_method')).toBe('S256');
		expect(asked.get('redirect_uri')).toBe(REDIRECT);
		const { rows } = await desk.owner.query('SELECT * FROM provider_flows');
		expect(JSON.stringify(rows)).not.toContain(asked.get('state'));
		expect(rows.every(({ sealed_verifier: sealed }) => /^1\.\d+\./.test(sealed))).toBe(true);
	});

	it('over and over from one address has to wait', async () => {
		const origin = { address: '192.0.2.99', requestId: null };
		const start = { email: `x@${desk.domain}`, next: '/', redirectUri: REDIRECT, origin };
		const outcomes = new Set<string>();
		for (let i = 0; i < 121; i++) {
			outcomes.add((await startProviderSignIn(desk.fresh.database, start, ALLOWED)).outcome);
		}
		expect([...outcomes]).toEqual(['go', 'locked']);
	});
});

describe('passwords of the domain', () => {
	const PASSWORD = 'right horse battery';
	const attempt = (email: string) =>
		signIn(desk.fresh.database, { email, password: PASSWORD, address: email });

	it('are refused like wrong ones where the organization says so, and nobody else’s are', async () => {
		const hash = await hashPassword(PASSWORD);
		const [here, elsewhere] = [`pw@${desk.domain}`, 'pw@other.example'];
		for (const email of [here, elsewhere]) {
			const userId = await account(email);
			await desk.owner.query('UPDATE users SET password_hash = $1 WHERE id = $2', [hash, userId]);
		}
		expect(await attempt(here)).toMatchObject({ outcome: 'signed-in' });
		expect(await desk.save({ passwordsAllowed: false })).toMatchObject({ ok: true });
		expect(await attempt(here)).toEqual({ outcome: 'wrong' });
		expect(await attempt(elsewhere)).toMatchObject({ outcome: 'signed-in' });
		// Another organization's word counts for its own people alone.
		await desk.save({ passwordsAllowed: true });
		const other = await clinicFactory(desk.fresh.database);
		await desk.owner.query(
			`INSERT INTO identity_providers (organization_id, label, issuer, client_id, sealed_client_secret,
				domains, role_claim, passwords_allowed, enabled)
				VALUES ($1, 'x', 'https://x.example', 'x', 'x', $2, 'x', false, true)`,
			[other.organizationId, [desk.domain]]
		);
		expect(await attempt(here)).toMatchObject({ outcome: 'signed-in' });
		await desk.owner.query('DELETE FROM identity_providers WHERE organization_id = $1', [
			other.organizationId
		]);
	});
});
