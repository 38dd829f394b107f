import { json } from '@sveltejs/kit';
import { seriesVisits } from '#web/lib/server/panels.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await seriesVisits(locals.actor!, params.appointmentId));
