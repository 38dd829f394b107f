import { describe, expect, it } from 'vitest';
import { linkPieces } from '#domain/messaging/outbox.ts';
import { sharesOf } from '#domain/messaging/delivery.ts';
import type { ToldMessage } from '#domain/messaging/message-log.ts';
import { differenceWords, figureLines, shareWords } from '#web/lib/messaging/figure-words.ts';
import {
	attemptWords,
	momentWords,
	orderWords,
	reasonWords
} from '#web/lib/messaging/message-words.ts';
import { smsWords } from '#web/lib/messaging/rules/sms-words.ts';
import { smsLength } from '#domain/messaging/sms-length.ts';

const attempt = { number: 1, response: '', startedAt: 0, endedAt: 0 };
const failed = { ...attempt, channel: 'email', outcome: 'failed-for-now' } as const;
const MESSAGE: ToldMessage = {
	...{ id: 'one', kind: 'reminder', state: 'queued', suppression: null, channel: null },
	...{ channels: ['email', 'sms'], dueAt: 0, settledAt: null, attempts: [] },
	quietUntil: null,
	can: { retry: false, holdBack: false }
};

describe('why a message stands where it stands', () => {
	it.each([
		['waits', {}, null],
		['waits after a try', { attempts: [failed] }, 'The first try failed.'],
		[
			'waits for the morning',
			{ attempts: [failed, failed], quietUntil: Date.UTC(2026, 6, 1, 6) },
			'2 tries failed. Waits until 08:00: quiet hours.'
		],
		[
			'was kept back',
			{ state: 'suppressed', suppression: 'blocked' },
			'Staff said that nothing is to be sent.'
		],
		['reached nobody', { state: 'failed' }, 'There was nobody to send it to.'],
		[
			'failed by two ways',
			{ state: 'failed', attempts: [failed, failed, { ...failed, channel: 'sms' }] },
			'Tried 3 times by e-mail and by SMS.'
		],
		['arrived', { state: 'delivered', attempts: [failed] }, null]
	] as const)('%s', (_, changes, words) => {
		expect(reasonWords({ ...MESSAGE, ...(changes as object) }, 'Europe/Warsaw')).toBe(words);
	});

	it('tells a try, and the order of ways', () => {
		expect(attemptWords({ ...failed, channel: 'sms' })).toBe('By SMS: failed, tried again later');
		expect(orderWords(['sms', 'email', 'push'])).toBe('SMS, then e-mail, then web push');
	});

	it('tells moments by the clinic’s clock, with the year where it is another one', () => {
		const at = Date.UTC(2026, 6, 1, 8);
		expect(momentWords(at, 'Europe/Warsaw', at)).toBe('Wed 1 Jul, 10:00');
		expect(momentWords(at, 'Europe/London', Date.UTC(2027, 0, 1))).toBe('Wed, 1 Jul 2026, 09:00');
	});
});

describe('figures', () => {
	const before = { sent: 10, delivered: 5, failed: 0, suppressed: 0 };
	const now = { sent: 30, delivered: 27, failed: 10, suppressed: 10 };

	it('are shares of what they are parts of', () => {
		expect(sharesOf(now)).toEqual({ delivered: 0.9, failed: 0.25, suppressed: 0.2 });
		const nothing = { sent: 0, delivered: 0, failed: 0, suppressed: 0 };
		expect(sharesOf(nothing)).toEqual({ delivered: null, failed: null, suppressed: null });
	});

	it('stand beside those before', () => {
		expect(figureLines({ now, before })).toEqual([
			{ what: 'sent', count: 30, before: 10, share: undefined, shareBefore: undefined },
			{ what: 'delivered', count: 27, before: 5, share: 0.9, shareBefore: 0.5 },
			{ what: 'failed', count: 10, before: 0, share: 0.25, shareBefore: 0 },
			{ what: 'suppressed', count: 10, before: 0, share: 0.2, shareBefore: 0 }
		]);
		expect([differenceWords(30, 10), differenceWords(1, 1_201), differenceWords(2, 2)]).toEqual([
			...['+20', '−1,200', '±0']
		]);
		expect([shareWords(0.9755), shareWords(null)]).toEqual(['97.6%', '–']);
	});
});

describe('an SMS', () => {
	it('says how many messages it is, and which letters make it longer', () => {
		expect(smsWords(smsLength('See you'))).toBe('1 message, 153 letters left');
		expect(smsWords(smsLength(''))).toBe('nothing to send');
		expect(smsWords(smsLength('ąęłść'), ['ą', 'ę', 'ł', 'ś', 'ć'])).toBe(
			'1 message, 65 letters left; ą, ę, ł, ś and others leave room for less'
		);
	});
});

it('addresses in a text can be followed, and what ends a sentence is no part of them', () => {
	expect(linkPieces('Confirm: https://a.example/m/x, or call.\nhttps://b.example/y')).toEqual([
		{ text: 'Confirm: ', isLink: false },
		{ text: 'https://a.example/m/x', isLink: true },
		{ text: ', or call.\n', isLink: false },
		{ text: 'https://b.example/y', isLink: true }
	]);
	expect(linkPieces('javascript:alert(1)')).toEqual([
		{ text: 'javascript:alert(1)', isLink: false }
	]);
});
