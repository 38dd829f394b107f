import { DRAFT_ACTIONS, draftPage } from '#web/lib/server/drafts-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => draftPage(event);

export const actions = DRAFT_ACTIONS;
