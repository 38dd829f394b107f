import { profilePage, saveProfile } from '#web/lib/server/profile-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => profilePage(event);

export const actions: Actions = { save: (event) => saveProfile(event) };
