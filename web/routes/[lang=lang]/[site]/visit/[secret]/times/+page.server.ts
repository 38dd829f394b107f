import { moveVisit, otherTimesPage } from '#web/lib/server/visit-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
	event.setHeaders({ 'cache-control': 'private, no-store' });
	return otherTimesPage(event);
};

export const actions: Actions = { move: (event) => moveVisit(event) };
