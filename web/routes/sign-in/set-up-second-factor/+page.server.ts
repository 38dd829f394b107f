import { SET_UP_ACTIONS, setUpPage } from '#web/lib/server/second-step-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => setUpPage(event);

export const actions = SET_UP_ACTIONS;
