import { describe, expect, it } from 'vitest';
import { ruleInputSchema } from '#domain/messaging/rule-input.ts';

const words = {
	subject: 'Your visit on {{visit.day}}',
	body: 'See you at {{visit.time}}.\nRiverside',
	short: 'See you at {{visit.time}}'
};
const RULE = {
	...{ kind: 'reminder', clinicId: null, serviceId: null, enabled: true },
	...{ offsetMinutes: -2_880, localMinute: null, quietFromMinute: 1_260, quietUntilMinute: 480 },
	...{ channels: ['email', 'sms'], templates: { en: words, pl: words } }
};
const refused = (changes: object) => {
	const parsed = ruleInputSchema.safeParse({ ...RULE, ...changes });
	return parsed.error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];
};

describe('a rule as it is typed', () => {
	it('is taken as it should be', () => {
		expect(refused({})).toEqual([]);
		expect(refused({ id: crypto.randomUUID(), revision: 3, localMinute: 0 })).toEqual([]);
	});

	it.each([
		['another kind', { kind: 'party' }, 'kind'],
		['a clinic that is no id', { clinicId: 'north' }, 'clinicId'],
		['part of a minute', { offsetMinutes: -1.5 }, 'offsetMinutes'],
		['no number', { offsetMinutes: null }, 'offsetMinutes'],
		['more than a year', { offsetMinutes: -525_601 }, 'offsetMinutes'],
		['a reminder after the visit', { offsetMinutes: 60 }, 'offsetMinutes'],
		['news before it comes about', { kind: 'missed' }, 'offsetMinutes'],
		['an hour that no clock shows', { localMinute: 1_440 }, 'localMinute'],
		['quiet hours without an end', { quietUntilMinute: null }, 'quietUntilMinute'],
		['no way', { channels: [] }, 'channels'],
		['a way twice', { channels: ['sms', 'sms'] }, 'channels'],
		['a way that there is not', { channels: ['fax'] }, 'channels.0'],
		['one language', { templates: { en: words } }, 'templates.pl'],
		[
			'an empty subject',
			{ templates: { en: words, pl: { ...words, subject: ' ' } } },
			'templates.pl.subject'
		],
		['more than there is', { owner: 'me' }, '']
	])('is refused with %s, at its field', (_, changes, field) => {
		expect(refused(changes).map(([at]) => at)).toEqual([field]);
	});

	it('is refused with a placeholder that there is not, and says where it stands', () => {
		const pl = { ...words, body: 'Dzień dobry,\nzapraszamy {{visit.dat}}' };
		expect(refused({ templates: { en: words, pl } })).toEqual([
			[
				'templates.pl.body',
				'Polish, text: There is no {{visit.dat}} (line 2, letter 12). Please choose one from the list.'
			]
		]);
	});

	it('is told all that is wrong at once', () => {
		const en = { subject: '{{who}}', body: '{{visit.day}', short: '' };
		expect(refused({ templates: { en, pl: words } }).map(([at]) => at)).toEqual([
			...['templates.en.subject', 'templates.en.body', 'templates.en.short']
		]);
	});
});
