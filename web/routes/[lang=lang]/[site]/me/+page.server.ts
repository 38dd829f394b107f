import { myVisitsPage } from '#web/lib/server/my-visits-page.ts';
import { signOutHere } from '#web/lib/server/patient-sign-in-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => myVisitsPage(event);

export const actions: Actions = {
	signOut: (event) => signOutHere(event, false),
	signOutAll: (event) => signOutHere(event, true)
};
