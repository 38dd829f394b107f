import { describe, expect, it } from 'vitest';
import { lettersBeyondGsm, smsLength } from '#domain/messaging/sms-length.ts';

describe('the length of an SMS', () => {
	it.each([
		['nothing', '', 'gsm', 0, 0, 160],
		['what just fits', 'a'.repeat(160), 'gsm', 160, 1, 0],
		['one letter more', 'a'.repeat(161), 'gsm', 161, 2, 145],
		['two full ones', 'a'.repeat(306), 'gsm', 306, 2, 0],
		['one that begins a third', 'a'.repeat(307), 'gsm', 307, 3, 152],
		['letters of the basic alphabet', 'Grüße, Müller! @£$', 'gsm', 18, 1, 142],
		['signs that take an escape', '€[]{}', 'gsm', 10, 1, 150],
		['one that just does not fit with its escape', `${'a'.repeat(159)}€`, 'gsm', 161, 2, 145],
		['a Polish letter', 'Wizyta o dziewiątej', 'unicode', 19, 1, 51],
		['70 of them', 'ą'.repeat(70), 'unicode', 70, 1, 0],
		['71 of them', 'ą'.repeat(71), 'unicode', 71, 2, 63],
		['a sign of two halves', '🙂', 'unicode', 2, 1, 68]
	] as const)('of %s', (_, text, alphabet, units, segments, left) => {
		expect(smsLength(text)).toEqual({ alphabet, units, segments, left });
	});

	it('does not tear apart what counts twice', () => {
		// The 153rd place of the first is left empty: the escape would stand there and its sign in the next.
		const text = `${'a'.repeat(152)}€${'a'.repeat(152)}`;
		expect(smsLength(text)).toEqual({ alphabet: 'gsm', units: 306, segments: 3, left: 152 });
		const pairs = `${'ą'.repeat(66)}🙂${'ą'.repeat(66)}`;
		expect(smsLength(pairs)).toEqual({ alphabet: 'unicode', units: 134, segments: 3, left: 66 });
	});

	it('says which letters make it longer', () => {
		expect(lettersBeyondGsm('Zażółć gęślą jaźń, ćma €')).toEqual([
			...['ż', 'ó', 'ł', 'ć', 'ę', 'ś', 'ą', 'ź', 'ń']
		]);
		expect(lettersBeyondGsm('See you at 09:20 [Riverside]')).toEqual([]);
	});
});
