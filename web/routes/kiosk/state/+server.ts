import { json } from '@sveltejs/kit';
import { kioskIsOpen } from '#web/lib/server/kiosk-page.ts';
import type { RequestHandler } from './$types';

/** The screen asks every few seconds whether it is still a kiosk. */
export const GET: RequestHandler = async (event) => {
	event.setHeaders({ 'cache-control': 'private, no-store' });
	return json({ open: await kioskIsOpen(event) });
};
