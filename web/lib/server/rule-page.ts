/** The page of one rule, or of a new one. */
import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { removeRule, saveRule } from '#domain/messaging/commands/rules.ts';
import { DEFAULT_RULES } from '#domain/messaging/default-rules.ts';
import { RULE_KINDS, type RuleKind } from '#domain/messaging/message.ts';
import { exampleVisit } from '#domain/messaging/queries/example-visit.ts';
import { nextMessages } from '#domain/messaging/queries/next-messages.ts';
import { readRules, type RuleSetup } from '#domain/messaging/queries/rules.ts';
import {
	ruleInputSchema,
	ruleRemovalSchema,
	type RuleInput
} from '#domain/messaging/rule-input.ts';
import { exampleLinks, madeUpVisit } from '#domain/messaging/made-up-visit.ts';
import type { RulePageData } from '#web/lib/messaging/rules/page-data.ts';
import { database } from './database.ts';
import { organizationAction } from './organization-actions.ts';
import { organizationFrame } from './organization-frame.ts';
import { availableChannels } from './outbox-access.ts';
import { explainRule } from './rules-page.ts';

const NOT_THERE = 'This rule is not there.';

/** @returns a rule that holds at one of the actor's clinics; anything else is not there */
export async function rulePage(
	actor: Actor,
	ruleId: string,
	pageOrigin: string
): Promise<RulePageData> {
	const frame = await organizationFrame(actor, 'messages');
	const setup = await setupOf(actor);
	const found = setup.rules.find(({ id }) => id === ruleId);
	if (!found) error(404, NOT_THERE);
	const { manageable, ...rule } = found;
	return {
		...{ frame, rule, isNew: false, canWrite: manageable, ...placesOf(setup) },
		...(await besides(actor, rule, pageOrigin)),
		next: await listOf(actor, rule)
	};
}

/** @param kind as it stands in the address */
export async function newRulePage(
	actor: Actor,
	kind: string | null,
	pageOrigin: string
): Promise<RulePageData> {
	const frame = await organizationFrame(actor, 'messages');
	const parsed = z.enum(RULE_KINDS).safeParse(kind);
	if (!parsed.success) error(404, NOT_THERE);
	const setup = await setupOf(actor);
	const rule = newRule(setup, parsed.data);
	return {
		...{ frame, rule, isNew: true, canWrite: true, ...placesOf(setup) },
		...(await besides(actor, rule, pageOrigin)),
		next: null
	};
}

export const RULE_ACTIONS = {
	save: organizationAction(ruleInputSchema, saveRule, explainRule),
	remove: organizationAction(ruleRemovalSchema, removeRule, explainRule),
	/** What a rule would send as it is typed; stores nothing. */
	next: async ({ locals, request }: RequestEvent) => {
		const typed = (await request.formData()).get('input');
		const parsed = ruleInputSchema.safeParse(jsonFrom(typed));
		if (!parsed.success) return fail(400, { message: parsed.error.issues[0]!.message });
		return { value: await listOf(locals.actor!, parsed.data) };
	}
};

/** A new rule begins as the one for everything that there is. */
function newRule({ rules, clinics, everywhere }: RuleSetup, kind: RuleKind): RulePageData['rule'] {
	const [like] = rules.filter((rule) => rule.kind === kind);
	const empty = { subject: '', body: '', short: '' };
	return {
		...{ revision: 1, kind, enabled: true, serviceId: null, clinicName: null, serviceName: null },
		clinicId: everywhere ? null : (clinics[0]?.id ?? null),
		...{ offsetMinutes: like?.offsetMinutes ?? 0, localMinute: like?.localMinute ?? null },
		...{ quietFromMinute: like?.quietFromMinute ?? 1_260 },
		...{ quietUntilMinute: like?.quietUntilMinute ?? 480 },
		channels: like?.channels ?? ['email', 'sms'],
		templates: like?.templates ?? { en: empty, pl: empty }
	};
}

async function setupOf(actor: Actor): Promise<RuleSetup> {
	const setup = await readRules(database(), actor);
	if (!setup.ok) error(403, 'You do not have permission to change messages.');
	return setup.value;
}

function placesOf({ clinics, services, everywhere }: RuleSetup) {
	return { clinics: clinics.map(({ id, name }) => ({ id, name })), services, everywhere };
}

async function listOf(actor: Actor, rule: RuleInput) {
	const wish = { rule, available: availableChannels(), now: Date.now() };
	const next = await nextMessages(database(), actor, wish);
	if (!next.ok) error(403, 'You can look at messages of your own clinics only.');
	return next.value;
}

function jsonFrom(text: FormDataEntryValue | null): unknown {
	try {
		return typeof text === 'string' ? JSON.parse(text) : null;
	} catch {
		return null;
	}
}

/** What the page shows besides: Dayboard's own words, and a visit to show the rule's with. */
async function besides(
	actor: Actor,
	{ clinicId, serviceId }: RuleInput,
	pageOrigin: string
): Promise<Pick<RulePageData, 'standard' | 'example'>> {
	const now = Date.now();
	const found = await exampleVisit(database(), actor, { clinicId, serviceId, now });
	const real = found.ok ? found.value : null;
	return {
		standard: Object.fromEntries(DEFAULT_RULES.map(({ kind, templates }) => [kind, templates])),
		example: {
			facts: real ?? madeUpVisit(now),
			links: exampleLinks(pageOrigin),
			isReal: real !== null
		}
	};
}
