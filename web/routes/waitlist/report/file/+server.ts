import { reportFile } from '#web/lib/server/waitlist-report-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = ({ locals, url }) => reportFile(locals.actor!, url.searchParams);
