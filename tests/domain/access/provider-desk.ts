/** A clinic with a provider of its own, and the way through it: what the tests of single sign-on share. */
import pg from 'pg';
import type { Actor } from '#domain/access/actor.ts';
import { saveProvider } from '#domain/access/commands/provider.ts';
import {
	finishProviderSignIn,
	startProviderSignIn,
	type ReturnAnswer
} from '#domain/access/commands/provider-sign-in.ts';
import type { ProviderInput } from '#domain/access/identity-provider.ts';
import { actorOfSession } from '#domain/access/queries.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import {
	CLIENT,
	startIdentityProvider,
	walkThrough,
	type TestProvider
} from '../../support/identity-provider.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

export const REDIRECT = 'https://board.clinic.example/sign-in/provider/callback';
export const ALLOWED = { allowPrivate: true };
export const ORIGIN = { address: '192.0.2.7', requestId: 'test' };

export interface ProviderDesk {
	fresh: FreshDatabase;
	owner: pg.Client;
	provider: TestProvider;
	clinic: Clinic;
	admin: Actor;
	domain: string;
	/** As it is saved at first. */
	settings: ProviderInput;
	save(changes?: Partial<ProviderInput>, as?: Actor): ReturnType<typeof saveProvider>;
	/** Sends somebody of the domain to the provider. */
	start(now?: number): Promise<{ url: string; secret: string }>;
	/** Comes back from the provider. */
	finish(url: URL, secret: string | undefined, now?: number): Promise<ReturnAnswer>;
	/** There and back as one of the provider's people. */
	signIn(login: string | null): Promise<ReturnAnswer>;
	/** The same for somebody who has to be let in. */
	actorBy(login: string): Promise<Actor>;
	/** Makes somebody known at the provider. @returns the name to sign in with, and the e-mail address */
	person(claims?: Record<string, unknown>): { login: string; email: string };
	audit(kind: string): Promise<{ detail: Record<string, unknown>; actor_user_id: string | null }[]>;
	/** How many accounts and links to the provider there are. */
	counts(): Promise<{ users: number; identities: number; flows: number; sessions: number }>;
	close(): Promise<void>;
}

export async function providerDesk(): Promise<ProviderDesk> {
	const fresh = await freshDatabase({ max: 10 });
	const owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	const provider = await startIdentityProvider([REDIRECT]);
	const clinic = await clinicFactory(fresh.database);
	const admin = await staffFactory(fresh.database, clinic, { role: 'organization-administrator' });
	const domain = 'north.example';
	const settings: ProviderInput = {
		...{ label: 'North account', issuer: provider.issuer, ...CLIENT, domains: [domain] },
		...{ roleClaim: 'groups', passwordsAllowed: true, enabled: true },
		roleRules: [
			{ value: 'front-desk', role: 'receptionist', clinicId: clinic.clinicId },
			{ value: 'managers', role: 'operations-manager', clinicId: null }
		]
	};
	let people = 0;
	const desk: ProviderDesk = {
		...{ fresh, owner, provider, clinic, admin, domain, settings },
		save: (changes = {}, as = admin) =>
			saveProvider(fresh.database, as, { ...settings, ...changes }, ALLOWED),
		async start(now) {
			const answer = await startProviderSignIn(
				fresh.database,
				{ email: `x@${domain}`, next: '/board', redirectUri: REDIRECT, origin: ORIGIN },
				ALLOWED,
				now
			);
			if (answer.outcome !== 'go') throw new Error(JSON.stringify(answer));
			return { url: answer.url, secret: answer.key.secret };
		},
		finish: (url, secret, now) =>
			finishProviderSignIn(
				fresh.database,
				{ url, secret, device: 'Firefox on Linux', origin: ORIGIN },
				ALLOWED,
				now
			),
		async signIn(login) {
			const { url, secret } = await desk.start();
			return desk.finish(await walkThrough(url, login), secret);
		},
		async actorBy(login) {
			const answer = await desk.signIn(login);
			if (answer.outcome !== 'signed-in') throw new Error(answer.failure);
			return (await actorOfSession(fresh.database, answer.token))!;
		},
		person(claims = {}) {
			const login = `person-${++people}`;
			const email = `${login}@${domain}`;
			provider.people.set(login, {
				...{ email, email_verified: true, name: 'Anna Wolska', groups: ['front-desk'] },
				...claims
			});
			return { login, email };
		},
		async audit(kind) {
			const { rows } = await owner.query(
				'SELECT detail, actor_user_id, address FROM audit_entries WHERE kind = $1 ORDER BY id',
				[kind]
			);
			return rows;
		},
		async counts() {
			const { rows } = await owner.query(`SELECT (SELECT count(*)::int FROM users) AS users,
				(SELECT count(*)::int FROM provider_identities) AS identities,
				(SELECT count(*)::int FROM provider_flows) AS flows,
				(SELECT count(*)::int FROM sessions) AS sessions`);
			return rows[0];
		},
		async close() {
			await provider.close();
			await owner.end();
			await fresh.drop();
		}
	};
	return desk;
}
