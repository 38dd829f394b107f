import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { csvLine } from '#web/lib/csv.ts';

it('another program reads back what was written', () => {
	const rows = [
		['plain', 'with "quotes", a comma', 'two\nlines', '', 'Zażółć'],
		['{"a":"b"}', ' space ', '2026-11-23', "it's", '1 = 1']
	];
	expect(parse(rows.map(csvLine).join(''))).toEqual(rows);
	expect(csvLine([null, 0, -3])).toBe(',0,-3\r\n');
});

it.each(['=1+1', '+49 30', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
	'%j is no formula for a spreadsheet',
	(text) => {
		expect(parse(csvLine([text]))).toEqual([[`'${text}`]]);
	}
);
