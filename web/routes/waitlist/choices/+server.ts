import { json } from '@sveltejs/kit';
import { entryChoices } from '#web/lib/server/waitlist-panel.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, url }) =>
	json(await entryChoices(locals.actor!, url.searchParams.get('clinic')));
