import { expect, it } from 'vitest';
import { timeOf } from '#domain/scheduling/refusal-words.ts';
import { instantOfText } from '#web/lib/panels/local-time.ts';

const zone = 'Europe/Berlin';
const shown = (text: string, date = '2027-01-04') => {
	const instant = instantOfText(text, date, zone);
	return instant === null ? null : timeOf(instant, { zone });
};

it.each([
	['9', '09:00'],
	['09:30', '09:30'],
	['9.30', '09:30'],
	['9,30', '09:30'],
	['9h30', '09:30'],
	[' 930 ', '09:30'],
	['1345', '13:45'],
	['9:32', '09:30'],
	['0', '00:00'],
	['23:55', '23:55']
])('%j is %s', (text, time) => {
	expect(shown(text)).toBe(time);
});

it.each(['', 'noon', '25', '9:70', '24:00', '12345', '-9', '9:3'])('%j is no time', (text) => {
	expect(shown(text)).toBeNull();
});

it('means the clinic’s clock on the days when clocks change', () => {
	expect(shown('14:00', '2027-03-28')).toBe('14:00');
	expect(shown('14:00', '2027-10-31')).toBe('14:00');
	// 02:30 is skipped that night: the next time that exists.
	expect(shown('2:30', '2027-03-28')).toBe('03:30');
});
