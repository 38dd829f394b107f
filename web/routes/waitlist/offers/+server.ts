import { json } from '@sveltejs/kit';
import { giveTime } from '#web/lib/server/waitlist-offers.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, request }) =>
	json(await giveTime(locals.actor!, await request.json().catch(() => null)));
