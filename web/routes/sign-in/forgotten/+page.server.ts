import { FORGOTTEN_ACTIONS, forgottenPage } from '#web/lib/server/forgotten-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = () => forgottenPage();

export const actions = FORGOTTEN_ACTIONS;
