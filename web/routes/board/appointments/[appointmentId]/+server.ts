import { json } from '@sveltejs/kit';
import { visitDetail } from '#web/lib/server/panels.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await visitDetail(locals.actor!, params.appointmentId));
