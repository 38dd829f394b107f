import { outboxPage } from '#web/lib/server/outbox-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) =>
	outboxPage(locals.actor!, url.searchParams);
