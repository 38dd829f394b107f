import { askForCode, signInPage } from '#web/lib/server/patient-sign-in-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => signInPage(event);

export const actions: Actions = { default: (event) => askForCode(event) };
