import { json } from '@sveltejs/kit';
import { dayHistoryPage } from '#web/lib/server/panels.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params, url }) => {
	const before = url.searchParams.get('before');
	return json(await dayHistoryPage(locals.actor!, { ...params, before }));
};
