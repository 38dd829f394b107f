/** Ways to ask for something: over HTTP as a machine or a page, by a document, by one's own desk. */
import { documentName, INTENTS_MAP, type DocumentName } from '#domain/board/documents.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { OPERATIONS } from '#web/lib/server/api/operations.ts';
import { API_ROOT } from '#web/lib/server/api/operation.ts';
import { DATE, type Somebody, type Where, type World } from './world.ts';

/** A revision that none of the visits has: whoever may change one is told to read it again. */
export const STRANGE_REVISION = 99;

export interface ApiAnswer {
	status: number;
	code?: string;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any -- probes look into answers of every shape
	body: any;
}

/** Calls an operation of the HTTP interface with somebody's token. */
export async function callApi(
	world: World,
	{ token }: Somebody,
	operationId: string,
	params: Record<string, string>,
	body?: unknown
): Promise<ApiAnswer> {
	const operation = OPERATIONS.find(({ id }) => id === operationId)!;
	const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name]!);
	const response = await fetch(world.dayboard.url + API_ROOT + path, {
		method: operation.method,
		headers: {
			authorization: `Bearer ${token}`,
			...(body === undefined ? {} : { 'content-type': 'application/json' }),
			...{ 'idempotency-key': crypto.randomUUID(), 'if-match': `"${STRANGE_REVISION}"` }
		},
		...(body === undefined ? {} : { body: JSON.stringify(body) })
	});
	const answer = (await response.json()) as { code?: string };
	return { status: response.status, ...(answer.code ? { code: answer.code } : {}), body: answer };
}

/** Asks for a page or an endpoint of the pages with somebody's session. */
export async function askPage(
	world: World,
	{ session }: Somebody,
	path: string,
	body?: unknown
): Promise<{ status: number; text: string }> {
	const response = await fetch(world.dayboard.url + path, {
		...{ method: body === undefined ? 'GET' : 'POST', redirect: 'manual' },
		headers: {
			...{ cookie: `dayboard_session=${session}`, origin: world.dayboard.url },
			...(body === undefined ? {} : { 'content-type': 'application/json' })
		},
		...(body === undefined ? {} : { body: JSON.stringify(body) })
	});
	return { status: response.status, text: await response.text() };
}

/** Sends a form. @returns the status that its action gave: 200 when it was done */
export async function sendForm(
	world: World,
	{ session }: Somebody,
	path: string,
	input: unknown
): Promise<number> {
	const response = await fetch(world.dayboard.url + path, {
		method: 'POST',
		headers: {
			...{ cookie: `dayboard_session=${session}`, origin: world.dayboard.url },
			...{ accept: 'application/json', 'x-sveltekit-action': 'true' }
		},
		body: new URLSearchParams({ input: JSON.stringify(input) })
	});
	const answer = (await response.json()) as { type: string; status: number };
	return answer.type === 'error' ? response.status : answer.status;
}

/** @returns whether a document of a clinic's day is opened */
export async function opens(
	world: World,
	{ client }: Somebody,
	where: Where,
	named: (place: { clinicId: string; date: string; epoch: string }) => DocumentName
): Promise<boolean> {
	const place = { clinicId: world.clinicOf(where), date: DATE };
	const ask = (epoch: string) => client.open(documentName(named({ ...place, epoch })));
	let answer = await ask('none');
	// Whoever may open it is told under which epoch.
	const epoch = typeof answer === 'string' ? /^stale-epoch:(.*)$/.exec(answer)?.[1] : undefined;
	if (epoch !== undefined) answer = await ask(epoch);
	if (typeof answer === 'string') return false;
	answer.destroy();
	return true;
}

/** Puts an intent on somebody's own desk. @returns the verdict */
export async function askDesk({ client, actor }: Somebody, intent: Intent): Promise<Verdict> {
	const name = { kind: 'desk', userId: actor.userId, deviceId: crypto.randomUUID() } as const;
	const { promise, resolve } = Promise.withResolvers<Verdict>();
	const desk = await client.mustOpen(documentName(name), undefined, (provider) => {
		provider.on('stateless', ({ payload }: { payload: string }) => {
			const { verdict } = JSON.parse(payload) as { verdict: Verdict };
			if (verdict.intentId === intent.id) resolve(verdict);
		});
	});
	desk.document.getMap(INTENTS_MAP).set(intent.id, intent);
	const verdict = await promise;
	desk.destroy();
	return verdict;
}
