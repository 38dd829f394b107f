/** Rows of a list: what they ask for, why they cannot go on the waitlist, and which are of one person. */
import { describe, expect, it } from 'vitest';
import { columnsByHeadings } from '#domain/waitlist/import/columns.ts';
import { rowJudge, type GoodRow } from '#domain/waitlist/import/judge-row.ts';
import type { Cell } from '#domain/waitlist/import/limits.ts';
import { gatherPeople } from '#domain/waitlist/import/same-person.ts';

const TODAY = '2026-11-28';
const SERVICE = crypto.randomUUID();
const CLINIC = crypto.randomUUID();
const DOCTOR = crypto.randomUUID();

const RIGHT: Record<string, Cell> = {
	...{ 'First name': 'Łucja', 'Last name': 'Żółć', 'Birth date': '12.03.1984' },
	...{ Phone: '+48 601 234 567', 'E-mail': '', Service: 'check-up' }
};

function judge(more: Record<string, Cell> = {}) {
	const row = { ...RIGHT, ...more };
	const headings = Object.keys(row);
	const settings = {
		...{ columns: columnsByHeadings(headings), order: 'day-first' as const, today: TODAY },
		services: [{ id: SERVICE, name: 'Check-up' }],
		clinics: [{ id: CLINIC, name: 'North' }],
		doctors: [{ id: DOCTOR, name: 'Dr Nowak' }]
	};
	return rowJudge({ headings }, settings)({ number: 2, cells: Object.values(row) });
}

it('a row with the least that is needed', () => {
	expect(judge()).toEqual({
		number: 2,
		person: {
			...{ givenName: 'Łucja', familyName: 'Żółć', birthDate: '1984-03-12' },
			...{ phone: '+48 601 234 567', email: null }
		},
		wish: {
			...{ serviceId: SERVICE, clinicIds: [], practitionerIds: [], firstDate: TODAY },
			...{ lastDate: '2027-11-29', weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0 },
			...{ untilMinute: 1_440, noticeMinutes: 120, urgency: 'routine', note: '' }
		},
		waitingSince: null
	});
});

it('a row that says everything', () => {
	const row = judge({
		...{ 'E-mail': 'Lucja@Example.com', Clinics: 'north', Doctors: 'NOWAK' },
		...{ 'From date': '2026-12-01', 'Until date': '31/01/2027', Weekdays: 'Mon-Wed' },
		...{ 'Hours from': '8', 'Hours until': '12:30', Urgency: 'pilny', Notice: '1 day' },
		...{ 'Waiting since': '2026-01-15', Note: '- calls back after five' }
	});
	expect(row).toMatchObject({
		person: { email: 'lucja@example.com' },
		wish: {
			...{ clinicIds: [CLINIC], practitionerIds: [DOCTOR], firstDate: '2026-12-01' },
			...{ lastDate: '2027-01-31', weekdays: [1, 2, 3], fromMinute: 480, untilMinute: 750 },
			...{ noticeMinutes: 1_440, urgency: 'urgent', note: '- calls back after five' }
		},
		waitingSince: '2026-01-15'
	});
});

describe('a row that cannot go on the waitlist is told by column and reason', () => {
	it.each([
		[{ 'First name': '' }, 'First name', 'is empty'],
		[{ 'First name': '@SUM(A1)' }, 'First name', 'begins like a formula: no name does'],
		[{ 'Last name': '-2+3' }, 'Last name', 'begins like a formula: no name does'],
		[{ 'Last name': '=cmd|calc' }, 'Last name', 'holds a formula: put its value there'],
		[{ 'Last name': '12345' }, 'Last name', 'is no name'],
		[{ 'Last name': 'x'.repeat(81) }, 'Last name', 'is too long'],
		[{ 'Birth date': null }, 'Birth date', 'holds a formula: put its value there'],
		[{ 'Birth date': '30.02.1984' }, 'Birth date', 'is no date: write 2026-04-03 or 03.04.2026'],
		[{ 'Birth date': '' }, 'Birth date', 'is empty'],
		[{ 'Birth date': '01.01.2030' }, 'Birth date', 'is in the future'],
		[{ 'Birth date': '01.01.1880' }, 'Birth date', 'is too long ago'],
		[{ Phone: 'none' }, 'Phone', 'is no telephone number'],
		[{ Phone: '' }, 'Phone', 'is empty, and so is the e-mail address: one of them is needed'],
		[{ 'E-mail': 'at home' }, 'E-mail', 'is no e-mail address'],
		[{ Service: '' }, 'Service', 'is empty'],
		[{ Service: 'Chek-up' }, 'Service', 'is not known: “Chek-up”; the nearest is “Check-up”'],
		[{ Clinics: 'South' }, 'Clinics', 'is not known: “South”'],
		[{ Doctors: 'Dr Nowacka' }, 'Doctors', 'is not known: “Dr Nowacka”; the nearest is “Dr Nowak”'],
		[{ 'Until date': '2026-11-01' }, 'Until date', 'went by already'],
		[{ 'Until date': '2029-11-01' }, 'Until date', 'is more than 366 days away'],
		[
			{ 'From date': '2027-02-01', 'Until date': '2027-01-01' },
			'Until date',
			'is before the beginning'
		],
		[{ 'From date': '2029-02-01' }, 'From date', 'is more than 366 days away'],
		[{ Weekdays: 'often' }, 'Weekdays', 'names no day of the week: write Mon, Wed'],
		[{ 'Hours from': '14', 'Hours until': '9' }, 'Hours until', 'is before the beginning'],
		[{ 'Hours from': 'early' }, 'Hours from', 'is no time: write 8:30'],
		[{ Urgency: 'maybe' }, 'Urgency', 'is not known: write routine, soon or urgent'],
		[{ Notice: '2' }, 'Notice', 'needs its unit: 30 min, 2 h or 1 day'],
		[{ Notice: '90 days' }, 'Notice', 'is not possible'],
		[{ 'Waiting since': '2026-12-01' }, 'Waiting since', 'is in the future'],
		[{ 'Waiting since': '2021-11-27' }, 'Waiting since', 'is more than 5 years ago'],
		[{ Note: 'x'.repeat(501) }, 'Note', 'is too long'],
		[{ Note: 'x'.repeat(2_001) }, 'Note', 'is too long'],
		[{ Note: '=HYPERLINK("http://x")' }, 'Note', 'holds a formula: put its value there']
	])('%j', (more, column, reason) => {
		expect(judge(more as Record<string, Cell>)).toEqual({
			...{ number: 2, problems: [{ column, reason }] }
		});
	});

	it('with all that is wrong with it, each column once', () => {
		const row = judge({ 'First name': '@x', 'Birth date': '?', Service: '?' });
		expect('problems' in row && row.problems.map(({ column }) => column)).toEqual([
			...['First name', 'Birth date', 'Service']
		]);
	});
});

describe('people', () => {
	const row = (number: number, more: Record<string, Cell>) =>
		({ ...(judge(more) as GoodRow), number }) as GoodRow;
	const sameAs = (rows: GoodRow[]) => gatherPeople(rows).map((one) => one.sameAs);

	it('are the same by name and birth date with one number under two spellings', () => {
		expect(
			sameAs([
				row(2, { Phone: '+48 601 234 567' }),
				row(3, { 'First name': 'LUCJA', 'Last name': 'Zolc', Phone: '601-234-567' }),
				row(4, { Phone: '0048 601234567' })
			])
		).toEqual([null, 2, 2]);
	});

	it('are not the same by a name alone, nor by another birth date', () => {
		expect(
			sameAs([
				row(2, {}),
				row(3, { Phone: '700 000 000' }),
				row(4, { 'Birth date': '13.03.1984' }),
				row(5, { 'First name': 'Anna' })
			])
		).toEqual([null, null, null, null]);
	});

	it('are one when a later row shows it, and keep all that is said of them', () => {
		const listed = gatherPeople([
			row(2, { Phone: '601 234 567' }),
			row(3, { Phone: '', 'E-mail': 'a@example.com' }),
			row(4, { Phone: '601234567', 'E-mail': 'A@example.com' })
		]);
		expect(new Set(listed.map(({ personNumber }) => personNumber)).size).toBe(1);
		expect(listed[1]!.person).toMatchObject({ phone: '601 234 567', email: 'a@example.com' });
		expect(listed.map((one) => one.sameAs)).toEqual([null, 2, 2]);
	});
});
