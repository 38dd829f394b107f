import { json } from '@sveltejs/kit';
import { newsOfHandover } from '#web/lib/server/notes.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await newsOfHandover(locals.actor!, params));
