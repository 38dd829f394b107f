/** The page of rules: which messages patients are sent, on or off. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { switchRule } from '#domain/messaging/commands/rules.ts';
import { readRules } from '#domain/messaging/queries/rules.ts';
import { ruleSwitchSchema } from '#domain/messaging/rule-input.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import type { RulesPageData } from '#web/lib/messaging/rules/page-data.ts';
import { database } from './database.ts';
import { organizationAction } from './organization-actions.ts';
import { organizationFrame } from './organization-frame.ts';

export async function rulesPage(actor: Actor): Promise<RulesPageData> {
	const frame = await organizationFrame(actor, 'messages');
	const setup = await readRules(database(), actor);
	if (!setup.ok) error(403, 'You do not have permission to change messages.');
	const { rules, clinics, everywhere } = setup.value;
	return { frame, rules, canAdd: everywhere || clinics.length > 0 };
}

export const RULES_ACTIONS = {
	switch: organizationAction(ruleSwitchSchema, switchRule, explainRule)
};

/** Says more of what the commands of rules refuse. */
export async function explainRule({ code, field }: Refusal): Promise<string | undefined> {
	switch (code) {
		case 'stale-revision':
			return 'Somebody changed this rule meanwhile. Please load the page again; what you typed is lost then.';
		case 'invalid':
			return field === 'clinicId'
				? 'There is a rule of this kind for this clinic and service already. Please change that one.'
				: 'The rule for everything can be turned off, not removed.';
		case 'not-found':
			return field === 'id'
				? 'This rule is gone.'
				: 'This clinic or service is no longer there. Please choose again.';
		case 'not-allowed':
			return 'You can change messages of your own clinics only.';
		default:
			return undefined;
	}
}
