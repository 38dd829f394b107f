import { dayPage } from '#web/lib/server/day-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => ({
	...(await dayPage(locals.actor!, url.searchParams)),
	theme: locals.theme
});
