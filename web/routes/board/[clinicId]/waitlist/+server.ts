import { json } from '@sveltejs/kit';
import { waitingCount } from '#web/lib/server/waitlist-panel.ts';
import type { RequestHandler } from './$types';

/** How many wait who would come to the clinic: asked for again and again, so nothing of them is told. */
export const GET: RequestHandler = async ({ locals, params }) =>
	json(await waitingCount(locals.actor!, params.clinicId));
