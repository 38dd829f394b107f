import { reportPage } from '#web/lib/server/waitlist-report-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) =>
	reportPage(locals.actor!, url.searchParams);
