import { newRulePage, RULE_ACTIONS } from '#web/lib/server/rule-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) =>
	newRulePage(locals.actor!, url.searchParams.get('kind'), url.origin);

export const actions = RULE_ACTIONS;
