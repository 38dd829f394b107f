/** A running Dayboard beside a clinic that a test fills, and requests to its HTTP interface. */
import { createApiToken } from '#domain/access/commands.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { ApiScope } from '#domain/access/api-scope.ts';
import { users } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Database } from '#db/database.ts';
import { eq } from 'drizzle-orm';
import { clinicFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { startDayboard, type RunningDayboard } from '../../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';

export interface Answer {
	status: number;
	headers: Headers;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
	body: any;
}

export interface Sent {
	method?: string;
	/** JSON; a string is sent as it is. */
	body?: unknown;
	/** A fresh `Idempotency-Key` unless given; `null`: none. */
	key?: string | null;
	revision?: number | string;
	/** `null`: none. */
	token?: string | null;
	headers?: Record<string, string>;
}

export interface ApiUnderTest {
	fresh: FreshDatabase;
	dayboard: RunningDayboard;
	clinic: Clinic;
	token: string;
	send(path: string, sent?: Sent): Promise<Answer>;
	close(): Promise<void>;
}

export async function startApi(): Promise<ApiUnderTest> {
	const fresh = await freshDatabase();
	const clinic = await clinicFactory(fresh.database, { rooms: 3 });
	const token = await tokenFor(fresh.database, clinic.receptionist);
	const dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
	return {
		...{ fresh, dayboard, clinic, token },
		send: (path, sent = {}) => send(dayboard.url + path, { token, ...sent }),
		async close() {
			await dayboard.close();
			await fresh.drop();
		}
	};
}

/** @returns a bearer token of that member of staff. */
export async function tokenFor(
	database: Database,
	actor: Actor,
	{
		scopes = ['read', 'write'],
		expiresAt = Date.now() + 3_600_000
	}: { scopes?: ApiScope[]; expiresAt?: number } = {}
): Promise<string> {
	const [account] = await inOrganization(database, actor.organizationId, (transaction) =>
		transaction.select({ email: users.email }).from(users).where(eq(users.id, actor.userId))
	);
	const created = await createApiToken(database, { email: account!.email, scopes, expiresAt });
	if (!created.ok) throw new Error(created.refusal.code);
	return created.value;
}

async function send(url: string, sent: Sent): Promise<Answer> {
	const { body, token, revision, key = crypto.randomUUID() } = sent;
	const method = sent.method ?? (body === undefined ? 'GET' : 'POST');
	const response = await fetch(url, {
		method,
		headers: {
			...(token ? { authorization: `Bearer ${token}` } : {}),
			...(body === undefined ? {} : { 'content-type': 'application/json' }),
			...(method === 'GET' || key === null ? {} : { 'idempotency-key': key }),
			...(revision === undefined
				? {}
				: { 'if-match': typeof revision === 'number' ? `"${revision}"` : revision }),
			...sent.headers
		},
		...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
	});
	const text = await response.text();
	return { status: response.status, headers: response.headers, body: text && parse(text) };
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
