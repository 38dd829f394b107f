import { json } from '@sveltejs/kit';
import { findWaiting } from '#web/lib/server/waitlist-panel.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, request }) =>
	json(await findWaiting(locals.actor!, await request.json().catch(() => null)));
