import { json } from '@sveltejs/kit';
import { addEntry } from '#web/lib/server/waitlist-panel.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, request }) =>
	json(await addEntry(locals.actor!, await request.json().catch(() => null)));
