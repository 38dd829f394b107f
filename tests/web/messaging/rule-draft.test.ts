import { describe, expect, it } from 'vitest';
import { ruleInputSchema, type RuleInput } from '#domain/messaging/rule-input.ts';
import { draftFrom, inputFrom } from '#web/lib/messaging/rules/rule-draft.ts';
import { placeholdersFor, withPlaceholder } from '#web/lib/messaging/rules/placeholder-words.ts';
import { PLACEHOLDERS } from '#domain/messaging/template.ts';

const words = { subject: 'Your visit', body: 'See you', short: 'See you' };
const RULE: RuleInput = {
	...{ id: crypto.randomUUID(), revision: 4, kind: 'reminder', enabled: true },
	...{ clinicId: null, serviceId: crypto.randomUUID(), offsetMinutes: -2_880, localMinute: null },
	...{ quietFromMinute: 1_260, quietUntilMinute: 480, channels: ['sms', 'email'] },
	templates: { en: words, pl: words }
};

describe('a rule in the form', () => {
	it.each([
		[{}, { amount: 48, unit: 'hours', clock: '' }],
		[
			{ offsetMinutes: -1_440, localMinute: 1_080 },
			{ amount: 1, unit: 'days', clock: '18:00' }
		],
		[{ offsetMinutes: -10_080 }, { amount: 7, unit: 'days' }],
		[
			{ kind: 'confirmation', offsetMinutes: 45 },
			{ amount: 45, unit: 'minutes' }
		],
		[
			{ offsetMinutes: 0, localMinute: 5 },
			{ amount: 0, clock: '00:05' }
		],
		[{ quietFromMinute: 0, quietUntilMinute: 0 }, { hasQuietHours: false }]
	] as const)('is shown as people say it, and comes back as it was: %o', (changes, shown) => {
		const rule = { ...RULE, ...changes };
		const draft = draftFrom(rule);
		expect(draft).toMatchObject(shown);
		expect(inputFrom(draft)).toEqual(rule);
	});

	it('is refused where a number or a time is missing', () => {
		const fieldsOf = (changes: object) => {
			const sent = JSON.parse(JSON.stringify(inputFrom({ ...draftFrom(RULE), ...changes })));
			return ruleInputSchema.safeParse(sent).error?.issues.map(({ path }) => path.join('.'));
		};
		expect(fieldsOf({})).toBeUndefined();
		expect(fieldsOf({ amount: null })).toEqual(['offsetMinutes']);
		expect(fieldsOf({ quietFrom: '' })).toEqual(['quietFromMinute']);
	});
});

describe('placeholders', () => {
	it('go where the caret is, in place of what is selected', () => {
		expect(withPlaceholder('See you on Monday.', 'visit.day', { start: 11, end: 17 })).toEqual({
			...{ text: 'See you on {{visit.day}}.', caret: 24 }
		});
	});

	it('are offered where they make sense, and all of them somewhere', () => {
		expect(placeholdersFor('reminder')).not.toContain('link.acceptOffer');
		expect(placeholdersFor('waitlist-offer')).not.toContain('link.confirm');
		const all = new Set([...placeholdersFor('reminder'), ...placeholdersFor('waitlist-offer')]);
		expect([...all].sort()).toEqual([...PLACEHOLDERS].sort());
	});
});
