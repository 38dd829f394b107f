import { json } from '@sveltejs/kit';
import { entryTimes } from '#web/lib/server/waitlist-panel.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, params, request }) =>
	json(await entryTimes(locals.actor!, params.clinicId, await request.json().catch(() => null)));
