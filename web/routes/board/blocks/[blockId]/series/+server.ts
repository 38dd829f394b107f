import { json } from '@sveltejs/kit';
import { blockSeries } from '#web/lib/server/panels.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) =>
	json(await blockSeries(locals.actor!, params.blockId));
