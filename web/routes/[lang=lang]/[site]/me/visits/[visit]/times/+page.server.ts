import { moveVisit, otherTimesPage } from '#web/lib/server/visit-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => otherTimesPage(event);

export const actions: Actions = { move: (event) => moveVisit(event) };
