import {
	cancelVisit,
	checkInOwnVisit,
	confirmVisit,
	newsOf,
	visitPage
} from '#web/lib/server/visit-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
	visit: await visitPage(event),
	news: newsOf(event.url)
});

export const actions: Actions = {
	cancel: (event) => cancelVisit(event),
	confirm: (event) => confirmVisit(event),
	arrive: (event) => checkInOwnVisit(event)
};
