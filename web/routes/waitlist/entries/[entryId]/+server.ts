import { json } from '@sveltejs/kit';
import { saveEntry } from '#web/lib/server/waitlist-panel.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, params, request }) => {
	const body: unknown = await request.json().catch(() => null);
	return json(await saveEntry(locals.actor!, params.entryId, body));
};
