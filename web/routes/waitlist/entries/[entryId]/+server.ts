import { json } from '@sveltejs/kit';
import { removeEntry, saveEntry } from '#web/lib/server/waitlist-panel.ts';
import type { RequestHandler } from './$types';

export const PUT: RequestHandler = async ({ locals, params, request }) => {
	const body: unknown = await request.json().catch(() => null);
	return json(await saveEntry(locals.actor!, params.entryId, body));
};

export const DELETE: RequestHandler = async ({ locals, params }) => {
	await removeEntry(locals.actor!, params.entryId);
	return json({ id: params.entryId });
};
