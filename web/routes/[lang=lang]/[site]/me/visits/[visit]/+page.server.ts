import { visitActions, visitPage } from '#web/lib/server/visit-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => visitPage(event);

export const actions: Actions = visitActions;
