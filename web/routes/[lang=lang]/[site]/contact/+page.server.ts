import { contactPage, sendContact } from '#web/lib/server/contact-page.ts';
import type { Actions, PageServerLoad } from './$types';

/** A form that needs no script. */
export const csr = false;

export const load: PageServerLoad = (event) => contactPage(event);

export const actions: Actions = { send: (event) => sendContact(event) };
