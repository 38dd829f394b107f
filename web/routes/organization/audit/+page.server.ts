import { auditPage } from '#web/lib/server/audit-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => auditPage(locals.actor!, url.searchParams);
