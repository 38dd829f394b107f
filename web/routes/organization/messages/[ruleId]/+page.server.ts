import { RULE_ACTIONS, rulePage } from '#web/lib/server/rule-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params, url }) =>
	rulePage(locals.actor!, params.ruleId, url.origin);

export const actions = RULE_ACTIONS;
