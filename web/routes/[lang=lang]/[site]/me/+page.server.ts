import { myVisitsPage } from '#web/lib/server/my-visits-page.ts';
import { answerOwnOffer } from '#web/lib/server/offer-page.ts';
import { signOutHere } from '#web/lib/server/patient-sign-in-page.ts';
import { stopWaiting } from '#web/lib/server/waitlist-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => myVisitsPage(event);

export const actions: Actions = {
	answerOffer: (event) => answerOwnOffer(event),
	stopWaiting: (event) => stopWaiting(event),
	signOut: (event) => signOutHere(event, false),
	signOutAll: (event) => signOutHere(event, true)
};
