import { waitlistDashboard } from '#web/lib/server/waitlist-dashboard.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) =>
	waitlistDashboard(locals.actor!, url.searchParams);
