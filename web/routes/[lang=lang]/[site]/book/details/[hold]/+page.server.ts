import {
	bookDetails,
	bookForPerson,
	detailsPage,
	leaveKept
} from '#web/lib/server/booking-page.ts';
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => detailsPage(event);

export const actions: Actions = {
	book: (event) => bookDetails(event),
	bookFor: (event) => bookForPerson(event),
	leave: async (event) => {
		await leaveKept(event);
		const { lang, site } = event.params;
		redirect(303, `/${lang}/${site}/book`);
	}
};
