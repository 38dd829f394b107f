import { codePage, giveTheCode, sayWhoItIs } from '#web/lib/server/patient-sign-in-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => codePage(event);

export const actions: Actions = {
	code: (event) => giveTheCode(event),
	who: (event) => sayWhoItIs(event)
};
