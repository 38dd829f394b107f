import { json } from '@sveltejs/kit';
import { colleaguesOfVisit } from '#web/lib/server/notes.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await colleaguesOfVisit(locals.actor!, params.appointmentId));
