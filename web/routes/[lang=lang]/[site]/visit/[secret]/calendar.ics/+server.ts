import { visitCalendar } from '#web/lib/server/visit-calendar.ts';
import { visitForCalendar } from '#web/lib/server/visit-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async (event) => {
	const address = event.url.href.replace(/\/calendar\.ics$/, '');
	return new Response(visitCalendar(await visitForCalendar(event), address), {
		headers: {
			'content-type': 'text/calendar; charset=utf-8',
			'content-disposition': 'attachment; filename="visit.ics"',
			'cache-control': 'private, no-store'
		}
	});
};
