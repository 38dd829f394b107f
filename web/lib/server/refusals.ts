/** What this process's pages and its HTTP interface refuse to people it knows goes into the audit. */
import type { RequestEvent } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { Refusals, type RefusedAttempt } from '#domain/access/commands/refusals.ts';
import { keepableParams } from '#domain/access/denial.ts';
import { database } from './database.ts';
import { log } from './log.ts';

let refusals: Refusals | undefined;

/** Writes a refused attempt down; resolves when it is written. Never throws. */
export function noteRefusal(actor: Actor, attempt: RefusedAttempt): Promise<void> {
	if (!refusals) {
		const opened = (refusals = new Refusals(database(), {
			onFault: (fault) => log.error({ err: fault }, 'a refusal is not in the audit')
		}));
		// Before the connections are closed.
		process.prependOnceListener('sveltekit:shutdown' as 'exit', () => void opened.close());
	}
	return refusals.note(actor, attempt);
}

/** @returns whether an answer is about what somebody may do or know */
export function isDenied(status: number): boolean {
	return status === 403 || status === 404;
}

/** A page, a form or a panel that was refused; once for each request. An address that no route has is nobody's. */
export async function notePageRefusal(event: RequestEvent, status: number): Promise<void> {
	const { locals, params, route, request } = event;
	if (locals.isRefusalNoted || !locals.actor || route.id === null || !isDenied(status)) return;
	locals.isRefusalNoted = true;
	const { clinicId = null, appointmentId, ...ids } = keepableParams(params);
	await noteRefusal(locals.actor, {
		...(appointmentId ? { subject: { kind: 'appointment', id: appointmentId } } : {}),
		clinicId,
		detail: { route: route.id, method: request.method, status, ...ids }
	});
}
