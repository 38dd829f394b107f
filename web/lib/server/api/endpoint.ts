/** From the table of operations to SvelteKit's handlers: who asks, what they sent, and only then the operation. */
import type { RequestEvent, RequestHandler } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import type { RefusedAttempt } from '#domain/access/commands/refusals.ts';
import { keepableParams } from '#domain/access/denial.ts';
import { log } from '../log.ts';
import { isDenied, noteRefusal } from '../refusals.ts';
import { callerOf } from './caller.ts';
import type { Method, Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { fieldErrors, problem } from './problem.ts';
import { readJson, readKey, readRevision } from './request-input.ts';
import type { Problem } from './shapes.ts';

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

/** Whatever is refused to somebody who is known goes into the audit from here. */
async function answer(event: RequestEvent, operation: Operation): Promise<Response> {
	const { actor, turnedAway } = await callerOf(event, operation.scope);
	const response = turnedAway ?? (await answerCaller(event, operation, actor));
	if (actor && isDenied(response.status)) {
		await noteRefusal(actor, await refusedAttempt(event, operation, response));
	}
	return response;
}

async function refusedAttempt(
	{ params }: RequestEvent,
	{ id: operation, path }: Operation,
	response: Response
): Promise<RefusedAttempt> {
	const { id, ...others } = keepableParams(params);
	const [, kind] = /^\/(\w+)s\//.exec(path) ?? [];
	const { code, errors } = (await response.clone().json()) as Problem;
	return {
		...(id && kind ? { subject: { kind, id } } : {}),
		detail: {
			...{ operation, status: response.status, code, ...others },
			...(errors?.[0] ? { field: errors[0].field } : {})
		}
	};
}

async function answerCaller(
	event: RequestEvent,
	operation: Operation,
	actor: Actor
): Promise<Response> {
	const { request } = event;
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
