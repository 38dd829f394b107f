import { json } from '@sveltejs/kit';
import { tellLate } from '#web/lib/server/day-page.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, request }) =>
	json(await tellLate(locals.actor!, await request.json().catch(() => null)));
