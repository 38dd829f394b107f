import { describe, expect, it } from 'vitest';
import { placeWords, ruleWords, whenWords } from '#web/lib/messaging/rules/rule-words.ts';

const QUIET = { quietFromMinute: 1_260, quietUntilMinute: 480 };

describe('a rule in words', () => {
	it('says when, by which ways and when not', () => {
		const rule = { kind: 'reminder', offsetMinutes: -2_880, localMinute: null } as const;
		expect(ruleWords({ ...rule, channels: ['email', 'sms'], ...QUIET })).toBe(
			'48 hours before the visit, by e-mail, then SMS, not between 21:00 and 08:00'
		);
		expect(
			ruleWords({
				...{ ...rule, channels: ['push', 'sms', 'email'] },
				...{ quietFromMinute: 0, quietUntilMinute: 0 }
			})
		).toBe('48 hours before the visit, by web push, then SMS, then e-mail, at any hour');
	});

	it.each([
		['reminder', -60, null, '1 hour before the visit'],
		['reminder', -90, null, '90 minutes before the visit'],
		['reminder', -10_080, null, '7 days before the visit'],
		['reminder', -1_440, 1_080, '1 day before the visit at 18:00'],
		['reminder', -2_880, 540, '2 days before the visit at 09:00'],
		['reminder', -180, 540, '3 hours before the visit, that day at 09:00'],
		['same-day-reminder', 0, 450, 'on the day of the visit at 07:30'],
		['same-day-reminder', 0, null, 'when the visit begins'],
		['confirmation', 0, null, 'at once'],
		['confirmation', 15, null, '15 minutes after the booking'],
		['cancellation', 0, null, 'at once'],
		['missed', 120, null, '2 hours after it was missed']
	] as const)('%s at %i', (kind, offsetMinutes, localMinute, words) => {
		expect(whenWords({ kind, offsetMinutes, localMinute })).toBe(words);
	});

	it('says where it holds', () => {
		expect(placeWords({ clinicName: null, serviceName: null })).toBe('Every clinic, every service');
		expect(placeWords({ clinicName: 'North', serviceName: 'Check-up' })).toBe('North, Check-up');
	});
});
