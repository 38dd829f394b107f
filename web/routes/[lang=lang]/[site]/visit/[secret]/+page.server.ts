import {
	cancelVisit,
	checkInOwnVisit,
	confirmVisit,
	visitPage
} from '#web/lib/server/visit-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	// The address is the key: it is told to nobody.
	event.setHeaders({ 'cache-control': 'private, no-store' });
	return { visit: await visitPage(event), news: newsOf(event.url) };
};

function newsOf({ searchParams }: URL): 'booked' | 'moved' | null {
	if (searchParams.has('booked')) return 'booked';
	return searchParams.has('moved') ? 'moved' : null;
}

export const actions: Actions = {
	cancel: (event) => cancelVisit(event),
	confirm: (event) => confirmVisit(event),
	arrive: (event) => checkInOwnVisit(event)
};
