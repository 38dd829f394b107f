/** From the table of operations to SvelteKit's handlers: who asks, what they sent, and only then the operation. */
import type { RequestEvent, RequestHandler } from '@sveltejs/kit';
import { log } from '../log.ts';
import { callerOf } from './caller.ts';
import type { Method, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { fieldErrors, problem } from './problem.ts';
import { readJson, readKey, readRevision } from './request-input.ts';

type Handlers = Record<Method | 'fallback', RequestHandler>;

/**
 * @param path as the table has it, such as `/appointments/{id}`
 * @returns the handlers to export; `fallback` answers every other method
 * @throws Error for a path that the table does not have
 */
export function endpoint(path: string): Handlers {
	const known = OPERATIONS.filter((operation) => operation.path === path);
	if (known.length === 0) throw new Error(`no operation has the path ${path}`);
	const allow = known.map(({ method }) => method).join(', ');
	const handlers: Partial<Handlers> = {
		fallback: () =>
			problem('method-not-allowed', `This address knows ${allow}.`, { headers: { allow } })
	};
	for (const operation of known) {
		handlers[operation.method] = (event) => answer(event, operation);
	}
	return handlers as Handlers;
}

/** Answers every address below the root that no operation has. */
export const nowhere: RequestHandler = () =>
	problem('not-found', 'There is nothing at this address.');

async function answer(event: RequestEvent, operation: Operation): Promise<Response> {
	const { request } = event;
	const actor = await callerOf(event, operation.scope);
	if (actor instanceof Response) return actor;

	const params = operation.params.safeParse(event.params);
	if (!params.success) {
		return problem('malformed-request', 'A part of the address is not valid.', {
			errors: fieldErrors(params.error)
		});
	}
	const key = operation.changes ? readKey(request) : '';
	if (key instanceof Response) return key;
	const revision = operation.needsRevision ? readRevision(request) : 0;
	if (revision instanceof Response) return revision;

	let body: unknown;
	if (operation.body !== null) {
		const read = await readJson(request);
		if (read instanceof Response) return read;
		const parsed = operation.body.safeParse(read.json);
		if (!parsed.success) {
			return problem('invalid', 'Some of the input is not valid.', {
				errors: fieldErrors(parsed.error)
			});
		}
		body = parsed.data;
	}
	try {
		return await operation.handle({
			actor,
			params: params.data,
			body: body as never,
			key,
			revision
		});
	} catch (fault) {
		log.error(
			{ err: fault, operation: operation.id, requestId: event.locals.origin.requestId },
			'broke'
		);
		return problem('internal', 'The fault is noted. The same request may be sent again.');
	}
}
