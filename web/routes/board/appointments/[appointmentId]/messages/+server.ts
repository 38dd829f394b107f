import { json } from '@sveltejs/kit';
import { changeVisitMessages, visitMessages } from '#web/lib/server/visit-messages.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await visitMessages(locals.actor!, params.appointmentId));

export const POST: RequestHandler = async ({ locals, params, request }) => {
	const body: unknown = await request.json().catch(() => null);
	return json(await changeVisitMessages(locals.actor!, params.appointmentId, body));
};
