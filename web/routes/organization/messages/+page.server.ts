import { RULES_ACTIONS, rulesPage } from '#web/lib/server/rules-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => rulesPage(locals.actor!);

export const actions = RULES_ACTIONS;
