/** What headings and cells of a list mean. */
import { describe, expect, it } from 'vitest';
import {
	dateFrom,
	isInDoubt,
	minuteFrom,
	noticeFrom,
	urgencyFrom,
	weekdaysFrom
} from '#domain/waitlist/import/cell-values.ts';
import { columnsByHeadings, missingFields } from '#domain/waitlist/import/columns.ts';
import { dateOrderOf } from '#domain/waitlist/import/date-order.ts';
import { NameMatcher } from '#domain/waitlist/import/name-match.ts';

describe('columns', () => {
	it('are told by English and by Polish headings, however they are spelt', () => {
		expect(
			columnsByHeadings(['FIRST NAME', 'surname', 'D.O.B.', 'Tel.', 'e-mail', 'Visit type'])
		).toEqual(['givenName', 'familyName', 'birthDate', 'phone', 'email', 'service']);
		expect(
			columnsByHeadings([
				...['Imię', 'NAZWISKO', 'Data urodzenia', 'Nr telefonu', 'Usługa', 'Placówka', 'Lekarz'],
				...['Od dnia', 'Do dnia', 'Dni tygodnia', 'Godziny od', 'Godziny do', 'Pilność'],
				...['Wyprzedzenie', 'Czeka od', 'Uwagi']
			])
		).toEqual([
			...['givenName', 'familyName', 'birthDate', 'phone', 'service', 'clinics', 'doctors'],
			...['firstDate', 'lastDate', 'weekdays', 'fromTime', 'untilTime', 'urgency'],
			...['notice', 'waitingSince', 'note']
		]);
	});

	it('that are not known, or there twice, are left to be chosen', () => {
		expect(columnsByHeadings(['Nr', 'Phone', 'Mobile'])).toEqual([null, 'phone', null]);
	});

	it('that are needed and not there are named', () => {
		expect(missingFields(['givenName', 'familyName', 'birthDate', 'email', 'service'])).toEqual([]);
		expect(missingFields(['givenName', null, 'birthDate'])).toEqual([
			...['Last name', 'Service', 'Phone or E-mail']
		]);
	});
});

describe('dates', () => {
	it.each([
		['2026-04-03', '2026-04-03', '2026-04-03'],
		['2026-04-03T00:00:00.000Z', '2026-04-03', '2026-04-03'],
		['2026-04-03 10:30', '2026-04-03', '2026-04-03'],
		['03.04.2026', '2026-04-03', '2026-04-03'],
		['3.4.2026 r.', '2026-04-03', '2026-04-03'],
		['03/04/2026', '2026-04-03', '2026-03-04'],
		['25/04/2026', '2026-04-25', null],
		['04-25-2026', null, '2026-04-25'],
		['1931-12-31', '1931-12-31', '1931-12-31'],
		['30.02.2026', null, null],
		['03/04/26', null, null],
		['03/04-2026', null, null],
		['45000', null, null],
		['soon', null, null]
	])('%s', (text, dayFirst, monthFirst) => {
		expect([dateFrom(text, 'day-first'), dateFrom(text, 'month-first')]).toEqual([
			...[dayFirst, monthFirst]
		]);
	});

	it('are in doubt where two days are possible', () => {
		expect(['03/04/2026', '04/04/2026', '25/04/2026', '03.04.2026'].map(isInDoubt)).toEqual([
			...[true, false, false, false]
		]);
	});

	it.each([
		['by a day after the twelfth', ['03/04/2026', '25/04/2026'], null, 'day-first', null],
		['by a month in the second place', ['04/25/2026', '03/04/2026'], null, 'month-first', null],
		['by nothing: it is asked', ['03/04/2026'], null, 'day-first', '03/04/2026'],
		[
			'not where both are in the list',
			['25/04/2026', '04/25/2026', '1/2/2026'],
			null,
			'day-first',
			'1/2/2026'
		],
		['by what was chosen', ['03/04/2026'], 'month-first', 'month-first', '03/04/2026']
	] as const)('which order: %s', (_, dates, chosen, order, example) => {
		const rows = dates.map((date, at) => ({ number: at + 2, cells: [date] }));
		expect(dateOrderOf({ headings: ['From'], rows }, ['firstDate'], chosen)).toEqual({
			...{ order, example }
		});
	});
});

it.each([
	['8', 480],
	['8:30', 510],
	['08.30', 510],
	['8:30:00', 510],
	['2 pm', 840],
	['12 am', 0],
	['24:00', 1_440],
	['24:30', null],
	['8:75', null],
	['13 pm', null],
	['noon', null]
])('the time %s', (text, minutes) => {
	expect(minuteFrom(text)).toBe(minutes);
});

it.each([
	['Mon, Wed', [1, 3]],
	['mon-wed, fri', [1, 2, 3, 5]],
	['Fri–Mon', [1, 5, 6, 7]],
	['Pn, Śr i Pt', [1, 3, 5]],
	['poniedziałek, czwartek', [1, 4]],
	['Mondays and Thursdays', [1, 4]],
	['pon - pt', [1, 2, 3, 4, 5]],
	['Tue Thu', [2, 4]],
	['1-5', [1, 2, 3, 4, 5]],
	['weekdays', [1, 2, 3, 4, 5]],
	['whenever', null],
	['8', null]
])('the weekdays %s', (text, days) => {
	expect(weekdaysFrom(text)).toEqual(days);
});

it.each([
	['30 min', 30],
	['2h', 120],
	['2 godz.', 120],
	['1,5 h', 90],
	['1 day', 1_440],
	['2 dni', 2_880],
	['brak', 0],
	['2', null],
	['a while', null]
])('the notice %s', (text, minutes) => {
	expect(noticeFrom(text)).toBe(minutes);
});

it.each([
	['Urgent', 'urgent'],
	['PILNE', 'urgent'],
	['stabilny', 'routine'],
	['soon', 'soon'],
	['constructor', null],
	['whatever', null]
])('the urgency %s', (text, urgency) => {
	expect(urgencyFrom(text)).toBe(urgency);
});

describe('names', () => {
	const matcher = new NameMatcher([
		{ id: 'check', name: 'Check-up' },
		{ id: 'eyes', name: 'Badanie wzroku' },
		{ id: 'nowak', name: 'Dr Łucja Nowak' },
		{ id: 'twice-1', name: 'X-ray' },
		{ id: 'twice-2', name: 'x-ray ' },
		{ id: 'comma', name: 'Skin, hair' }
	]);
	it.each([
		['CHECK UP', { ids: ['check'] }],
		['lek. med. lucja nowak', { ids: ['nowak'] }],
		['Łucja Nowak', { ids: ['nowak'] }],
		['Chek-up', { unknown: 'Chek-up', nearest: 'Check-up' }],
		['badanie', { unknown: 'badanie', nearest: 'Badanie wzroku' }],
		['Hairdresser', { unknown: 'Hairdresser', nearest: null }],
		['X-ray', { twice: 'X-ray' }]
	])('%s', (text, found) => {
		expect(matcher.one(text)).toEqual(found);
	});

	it.each([
		['Check-up; badanie wzroku', { ids: ['check', 'eyes'] }],
		['Check-up, Dr Nowak', { unknown: 'Dr Nowak', nearest: 'Dr Łucja Nowak' }],
		['Skin, hair', { ids: ['comma'] }],
		['Check-up, check-up', { ids: ['check'] }]
	])('several: %s', (text, found) => {
		expect(matcher.several(text)).toEqual(found);
	});
});
