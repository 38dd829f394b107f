/** A rule of messages as somebody writes it: checked before it is stored. Pure. */
import { z } from 'zod';
import { SITE_LANGUAGES, type SiteLanguage } from '../site/site.ts';
import { AHEAD } from './due-time.ts';
import { CHANNELS, RULE_KINDS } from './message.ts';
import { checkTemplate, type TemplateFault, type TemplateField } from './template.ts';

/** A year: nobody reminds earlier. */
export const MAX_OFFSET_MINUTES = 525_600;

const minuteOfDay = z.int('Please give a time, such as 08:00.').min(0).max(1_439);

/** Longer than any limit: which one is broken is said by `checkTemplate`. */
const text = z
	.string()
	.max(20_000, 'This is too long.')
	.refine((typed) => !typed.includes('\0') && typed.isWellFormed(), {
		message: 'This holds characters that cannot be stored.'
	});
const template = z.strictObject({ subject: text, body: text, short: text });

export const LANGUAGE_WORDS: Record<SiteLanguage, string> = { en: 'English', pl: 'Polish' };
export const FIELD_WORDS: Record<TemplateField, string> = {
	subject: 'subject',
	body: 'text',
	short: 'short text'
};

/** @returns what is wrong, with its place: `There is no {{visit.dat}} (line 3, letter 12).` */
export function faultWords({ code, name, line, column }: TemplateFault): string {
	const place = line === undefined ? '' : ` (line ${line}, letter ${column})`;
	switch (code) {
		case 'unknown-placeholder':
			return `There is no {{${name}}}${place}. Please choose one from the list.`;
		case 'unclosed-braces':
			return `These braces are not closed, or not opened${place}.`;
		case 'too-long':
			return 'This is too long.';
		case 'empty':
			return 'This is empty. Please write something.';
	}
}

export const ruleInputSchema = z
	.strictObject({
		/** Left out: a new one. */
		id: z.uuid().optional(),
		/** The one that was changed; of a new one it says nothing. */
		revision: z.int().min(1).default(1),
		kind: z.enum(RULE_KINDS, 'Choose a kind from the list.'),
		/** `null`: at every clinic, for every service. */
		clinicId: z.uuid('Choose a clinic from the list.').nullable(),
		serviceId: z.uuid('Choose a service from the list.').nullable(),
		enabled: z.boolean(),
		offsetMinutes: z
			.int('Please give a whole number.')
			.min(-MAX_OFFSET_MINUTES, 'This is more than a year before.')
			.max(MAX_OFFSET_MINUTES, 'This is more than a year after.'),
		localMinute: minuteOfDay.nullable(),
		quietFromMinute: minuteOfDay,
		quietUntilMinute: minuteOfDay,
		channels: z
			.array(z.enum(CHANNELS))
			.min(1, 'Please choose at least one way.')
			.refine((all) => new Set(all).size === all.length, 'Each way can be there once.'),
		templates: z.strictObject(
			Object.fromEntries(SITE_LANGUAGES.map((language) => [language, template])) as Record<
				SiteLanguage,
				typeof template
			>
		)
	})
	.superRefine(({ kind, offsetMinutes, templates }, context) => {
		const isAhead = AHEAD.includes(kind);
		if (isAhead ? offsetMinutes > 0 : offsetMinutes < 0) {
			context.addIssue({
				...{ code: 'custom', path: ['offsetMinutes'] },
				message: isAhead
					? 'A reminder is sent before the visit.'
					: 'This is sent after it came about, not before.'
			});
		}
		for (const language of SITE_LANGUAGES) {
			for (const fault of checkTemplate(templates[language])) {
				context.addIssue({
					...{ code: 'custom', path: ['templates', language, fault.field] },
					message: `${LANGUAGE_WORDS[language]}, ${FIELD_WORDS[fault.field]}: ${faultWords(fault)}`
				});
			}
		}
	});
export type RuleInput = z.output<typeof ruleInputSchema>;

/** Turns a rule on or off. */
export const ruleSwitchSchema = z.strictObject({
	id: z.uuid(),
	revision: z.int().min(1),
	enabled: z.boolean()
});
export type RuleSwitch = z.infer<typeof ruleSwitchSchema>;

export const ruleRemovalSchema = ruleSwitchSchema.omit({ enabled: true });
export type RuleRemoval = z.infer<typeof ruleRemovalSchema>;

/** A rule as it is stored, with what the ids in it are called. */
export interface StoredRule extends RuleInput {
	id: string;
	clinicName: string | null;
	serviceName: string | null;
	/** Whether whoever looks may change it. */
	manageable: boolean;
}
