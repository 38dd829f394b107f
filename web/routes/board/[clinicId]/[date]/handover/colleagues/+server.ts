import { json } from '@sveltejs/kit';
import { colleaguesOfDay } from '#web/lib/server/notes.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await colleaguesOfDay(locals.actor!, params));
