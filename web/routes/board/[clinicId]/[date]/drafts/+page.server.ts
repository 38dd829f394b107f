import { DRAFTS_ACTIONS, draftsPage } from '#web/lib/server/drafts-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => draftsPage(event);

export const actions = DRAFTS_ACTIONS;
