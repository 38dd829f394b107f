import { historyPage } from '#web/lib/server/waitlist-history-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) =>
	historyPage(locals.actor!, url.searchParams);
