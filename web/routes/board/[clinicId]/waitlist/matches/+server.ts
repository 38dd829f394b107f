import { json } from '@sveltejs/kit';
import { suitedByTime } from '#web/lib/server/waitlist-offers.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, params, request }) => {
	const body: unknown = await request.json().catch(() => null);
	return json(await suitedByTime(locals.actor!, params.clinicId, body));
};
