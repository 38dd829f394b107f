import { json } from '@sveltejs/kit';
import { passToReception } from '#web/lib/server/panels.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals, params, request }) =>
	json(
		await passToReception(locals.actor!, params.clinicId, await request.json().catch(() => null))
	);
