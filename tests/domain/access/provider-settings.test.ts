import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { tryProvider } from '#domain/access/commands/provider-trial.ts';
import { saveProvider } from '#domain/access/commands/provider.ts';
import { providerSchema, providerStartSchema } from '#domain/access/identity-provider.ts';
import { readProvider } from '#domain/access/queries/provider.ts';
import { clinicFactory, staffFactory } from '../../factories/clinic-factory.ts';
import { CLIENT } from '../../support/identity-provider.ts';
import { ALLOWED, providerDesk, type ProviderDesk } from './provider-desk.ts';

let desk: ProviderDesk;
let system: Actor;
beforeAll(async () => {
	desk = await providerDesk();
	system = await staffFactory(desk.fresh.database, desk.clinic, { role: 'system-administrator' });
});
afterAll(() => desk.close());

const stored = async () =>
	(await desk.owner.query('SELECT * FROM identity_providers')).rows as Record<string, unknown>[];

/** Nothing is stored of what is refused. */
async function expectRefused(
	answer: ReturnType<ProviderDesk['save']>,
	refusal: { code: string; field?: string }
) {
	const before = await stored();
	expect(await answer).toMatchObject({ ok: false, refusal });
	expect(await stored()).toEqual(before);
}

describe('saving a provider', () => {
	it('needs a secret at first, and never shows it again', async () => {
		await expectRefused(desk.save({ clientSecret: null }), {
			...{ code: 'invalid', field: 'clientSecret' }
		});
		expect(await desk.save()).toMatchObject({ ok: true });
		const [row] = await stored();
		expect(row!.sealed_client_secret).toMatch(/^1\.\d+\./);
		expect(JSON.stringify(row)).not.toContain(CLIENT.clientSecret);
		const setup = await readProvider(desk.fresh.database, desk.admin);
		expect(setup).toMatchObject({
			value: { provider: { issuer: desk.provider.issuer }, can: { write: true, decide: true } }
		});
		expect(JSON.stringify(setup)).not.toMatch(/secret/i);
		// Left empty, the one that is kept stays.
		expect(await desk.save({ clientSecret: null, label: 'Renamed' })).toMatchObject({ ok: true });
		expect((await stored())[0]).toMatchObject({
			...{ label: 'Renamed', sealed_client_secret: row!.sealed_client_secret }
		});
		const changes = (await desk.audit('provider-changed')).map(({ detail }) => detail.changed);
		expect(changes.at(-1)).toEqual(['label']);
		expect(JSON.stringify(changes)).not.toContain(CLIENT.clientSecret);
	});

	it.each([{ issuer: 'http://127.0.0.1:1' }, { clientId: 'another' }])(
		'for another address or client needs its secret: %j',
		async (changes) => {
			await expectRefused(desk.save({ ...changes, clientSecret: null }), {
				...{ code: 'invalid', field: 'clientSecret' }
			});
		}
	);

	it('takes no role and no clinic that is not there', async () => {
		const other = await clinicFactory(desk.fresh.database);
		const rule = desk.settings.roleRules[0]!;
		for (const [wrong, field] of [
			[{ role: 'own-nothing' }, 'roleRules.1.role'],
			[{ role: 'patient' }, 'roleRules.1.role'],
			[{ clinicId: other.clinicId }, 'roleRules.1.clinicId']
		] as const) {
			const roleRules = [rule, { ...rule, value: 'x', ...wrong }];
			await expectRefused(desk.save({ roleRules }), { code: 'invalid', field });
		}
	});

	it("takes no domain that another organization's provider or people have", async () => {
		const other = await clinicFactory(desk.fresh.database);
		const { userId } = await staffFactory(desk.fresh.database, other, { role: 'receptionist' });
		await desk.owner.query("UPDATE users SET email = 'x@theirs.example' WHERE id = $1", [userId]);
		await expectRefused(desk.save({ domains: [desk.domain, 'theirs.example'] }), {
			...{ code: 'invalid', field: 'domains.1' }
		});
		const boss = await staffFactory(desk.fresh.database, other, {
			role: 'organization-administrator'
		});
		await expectRefused(desk.save({}, boss), { code: 'invalid', field: 'domains.0' });
	});

	it('lets nobody turn off the passwords that they need themselves', async () => {
		const shut = { passwordsAllowed: false };
		expect(await desk.save(shut)).toMatchObject({ ok: true });
		await desk.save();
		const inside = await staffFactory(desk.fresh.database, desk.clinic, {
			role: 'organization-administrator'
		});
		const email = `boss@${desk.domain}`;
		await desk.owner.query('UPDATE users SET email = $1 WHERE id = $2', [email, inside.userId]);
		await expectRefused(desk.save(shut, inside), { code: 'invalid', field: 'passwordsAllowed' });
		desk.provider.people.set('boss', { email, email_verified: true });
		expect((await desk.actorBy('boss')).userId).toBe(inside.userId);
		expect(await desk.save(shut, inside)).toMatchObject({ ok: true });
		await desk.save();
	});

	it.each(['receptionist', 'doctor', 'clinic-administrator', 'operations-manager', 'support'])(
		'is not for a %s',
		async (role) => {
			const actor = await staffFactory(desk.fresh.database, desk.clinic, { role });
			await expectRefused(desk.save({}, actor), { code: 'not-allowed' });
			expect(await readProvider(desk.fresh.database, actor)).toMatchObject({ ok: false });
			const trial = { issuer: desk.provider.issuer, ...CLIENT };
			expect(await tryProvider(desk.fresh.database, actor, trial, ALLOWED)).toMatchObject({
				...{ ok: false, refusal: { code: 'not-allowed' } }
			});
		}
	);
});

describe('whoever may not do everything', () => {
	it('keeps the provider running', async () => {
		await desk.save();
		const changes = { label: 'New name', enabled: false, clientSecret: 'renewed' };
		expect(await desk.save(changes, system)).toMatchObject({ ok: true });
		expect((await stored())[0]).toMatchObject({ label: 'New name', enabled: false });
		await desk.save();
	});

	it('does not decide who gets in, which would make them anybody', async () => {
		const rule = { value: 'me', role: 'organization-administrator', clinicId: null };
		for (const [field, changes] of Object.entries({
			issuer: { issuer: 'http://127.0.0.1:1' },
			clientId: { clientId: 'mine' },
			domains: { domains: [desk.domain, 'mine.example'] },
			roleClaim: { roleClaim: 'mine' },
			roleRules: { roleRules: [rule] }
		})) {
			await expectRefused(desk.save(changes, system), { code: 'not-allowed', field });
		}
		const trial = { issuer: 'http://127.0.0.1:1', ...CLIENT };
		expect(await tryProvider(desk.fresh.database, system, trial, ALLOWED)).toMatchObject({
			...{ ok: false, refusal: { code: 'not-allowed' } }
		});
	});
});

describe('trying a provider out', () => {
	const attempt = async (changes: object = {}, as = desk.admin) => {
		const trial = { issuer: desk.provider.issuer, ...CLIENT, clientSecret: null, ...changes };
		const answer = await tryProvider(desk.fresh.database, as, trial, ALLOWED);
		return answer.ok ? answer.value : answer.refusal;
	};

	it('works with the secret that is kept, or that is typed', async () => {
		await desk.save();
		const works = { outcome: 'works', secret: 'accepted' };
		expect(await attempt()).toEqual(works);
		expect(await attempt({}, system)).toEqual(works);
		expect(await attempt({ clientSecret: CLIENT.clientSecret })).toEqual(works);
		expect(await attempt({ clientSecret: 'wrong' })).toEqual({ outcome: 'secret-refused' });
		expect(await attempt({ clientId: 'wrong', clientSecret: 'wrong' })).toEqual({
			outcome: 'secret-refused'
		});
	});

	it('shows the secret that is kept to nobody else', async () => {
		// Another address for the same machine.
		const issuer = desk.provider.issuer.replace('127.0.0.1', 'localhost');
		expect(await attempt({ issuer })).toEqual({ outcome: 'other-issuer' });
		expect(await attempt({ clientId: 'another' })).toEqual({
			...{ outcome: 'works', secret: 'not-tried' }
		});
	});

	it('says what is wrong with the address', async () => {
		expect(await attempt({ issuer: 'http://127.0.0.1:1' })).toEqual({
			...{ outcome: 'unreachable', reason: 'no-connection' }
		});
		expect(await attempt({ issuer: 'https://nowhere.invalid' })).toEqual({
			...{ outcome: 'unreachable', reason: 'no-such-name' }
		});
		expect(await attempt({ issuer: `${desk.provider.issuer}/below` })).toEqual({
			outcome: 'no-description'
		});
	});

	it('and saving one does not reach inside, unless the operator allows it', async () => {
		const strict = { allowPrivate: false };
		const before = desk.provider.connections();
		for (const issuer of [
			desk.provider.issuer,
			desk.provider.issuer.replace('127.0.0.1', 'localhost'),
			'https://10.0.0.1',
			'https://[::1]',
			'https://[::ffff:127.0.0.1]'
		]) {
			const trial = { issuer, ...CLIENT };
			const answer = await tryProvider(desk.fresh.database, desk.admin, trial, strict);
			expect(answer).toMatchObject({ value: { outcome: 'unreachable', reason: 'inside' } });
			const input = { ...desk.settings, issuer };
			await expectRefused(saveProvider(desk.fresh.database, desk.admin, input, strict), {
				...{ code: 'invalid', field: 'issuer' }
			});
		}
		expect(desk.provider.connections()).toBe(before);
	});
});

describe('what is typed', () => {
	const check = (changes: object) =>
		providerSchema.safeParse({
			...{ label: 'North', issuer: 'https://login.example', ...CLIENT, domains: ['a.example'] },
			...{ roleClaim: 'groups', roleRules: [], passwordsAllowed: true, enabled: true },
			...changes
		});

	it.each([
		['https://login.example/.well-known/openid-configuration', 'https://login.example'],
		['  https://login.example/realms/a ', 'https://login.example/realms/a'],
		['http://localhost:8080', 'http://localhost:8080']
	])('as the address %s is taken as %s', (issuer, taken) => {
		expect(check({ issuer }).data?.issuer).toBe(taken);
	});

	it.each([
		['http://login.example', 'https://'],
		['ftp://login.example', 'https://'],
		['login.example', 'must look like'],
		['https://me:secret@login.example', 'password'],
		['https://login.example?a=b', '?'],
		['', 'Enter']
	])('as the address %j is refused with kind words', (issuer, words) => {
		const [issue] = check({ issuer }).error!.issues;
		expect(issue!.path).toEqual(['issuer']);
		expect(issue!.message).toContain(words);
	});

	it.each([
		[[], 'domains'],
		[['clinic'], 'domains'],
		[['a@clinic.example'], 'domains'],
		[['10.0.0.1'], 'domains'],
		[['clinic.example/x'], 'domains']
	])('as domains %j is refused', (domains, field) => {
		expect(check({ domains }).error!.issues[0]!.path[0]).toBe(field);
	});

	it('as domains is written small and once', () => {
		expect(check({ domains: [' @Clinic.Example', 'clinic.example'] }).data?.domains).toEqual([
			'clinic.example'
		]);
	});

	it('twice as the same rule is refused', () => {
		const rule = { value: 'a', role: 'doctor', clinicId: null };
		const [issue] = check({ roleRules: [rule, rule] }).error!.issues;
		expect(issue!.path).toEqual(['roleRules']);
	});

	it.each(['//elsewhere.example', '/\\elsewhere.example', 'https://elsewhere.example', 'x', null])(
		'as the page to go to, %j leads home',
		(next) => {
			expect(providerStartSchema.parse({ email: 'a@b.example', next }).next).toBe('/');
		}
	);
});
