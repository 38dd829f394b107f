import {
	askForContact,
	contactPage,
	dropContact,
	giveContactCode
} from '#web/lib/server/profile-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => contactPage(event);

export const actions: Actions = {
	send: (event) => askForContact(event),
	confirm: (event) => giveContactCode(event),
	other: (event) => dropContact(event)
};
