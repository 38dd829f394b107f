/** Times that are kept for the waitlist, as a column shows them. */
import { describe, expect, it } from 'vitest';
import type { OfferRow } from '#domain/board/documents.ts';
import {
	asksForReferral,
	leftWords,
	offeredIn,
	offeredTo,
	offeredWords
} from '#web/lib/board/offered.ts';

const STARTS = Date.UTC(2027, 0, 4, 10);
const row = (more: Partial<OfferRow> = {}): OfferRow => ({
	...{ startsAt: STARTS, durationMinutes: 30, practitionerId: 'd', roomId: 'r', serviceId: 's' },
	...({ state: 'made', expiresAt: Date.UTC(2027, 0, 4, 9, 42), openingId: 'o' } as const),
	...more
});
const inColumn = (rows: Record<string, OfferRow>, people: Record<string, string> = {}) =>
	offeredIn(
		new Map(Object.entries(rows)),
		new Map(Object.entries(people).map(([id, name]) => [id, { patientId: id, name }])),
		({ practitionerId }) => practitionerId === 'd'
	);

describe('offers in a column', () => {
	it('are one where they go out together, and only those of the column', () => {
		const rows = { a: row(), b: row(), c: row({ startsAt: STARTS + 60_000 }) };
		const found = inColumn({ ...rows, d: row({ practitionerId: 'other' }) });
		expect(found.map(({ offers }) => offers.map(({ id }) => id))).toEqual([['a', 'b'], ['c']]);
	});

	it('say whom they are for, and nothing where that may not be known', () => {
		const [one] = inColumn({ a: row() }, { a: 'Kowalska Anna' });
		expect(offeredWords(one!, 'UTC')).toBe('Offered to Kowalska Anna until 09:42');
		const [proposed] = inColumn({ a: row({ state: 'proposed' }) }, { a: 'Kowalska Anna' });
		expect(offeredWords(proposed!, 'UTC')).toBe('For Kowalska Anna: decide until 09:42');
		expect(offeredTo(inColumn({ a: row() })[0]!)).toBe('somebody');
		expect(offeredTo(inColumn({ a: row(), b: row(), c: row() })[0]!)).toBe('3 patients');
		const [two] = inColumn({ a: row(), b: row() }, { a: 'Kowalska Anna', b: 'Lis Jan' });
		expect(offeredTo(two!)).toBe('Kowalska Anna and one other');
	});

	it('ask for a referral while reception decides, where the service needs one', () => {
		const services = new Map([
			['s', { referralNeeded: true }],
			['t', { referralNeeded: false }]
		]);
		expect(asksForReferral(row({ state: 'proposed' }), services)).toBe(true);
		expect(asksForReferral(row({ state: 'made' }), services)).toBe(false);
		expect(asksForReferral(row({ state: 'proposed', serviceId: 't' }), services)).toBe(false);
		expect(asksForReferral(row({ state: 'proposed', serviceId: 'gone' }), services)).toBe(false);
	});

	it('count down to nothing', () => {
		expect(leftWords(10 * 60_000, 0)).toBe('10:00');
		expect(leftWords(9_400, 0)).toBe('0:10');
		expect(leftWords(2 * 3_600_000 + 61_000, 0)).toBe('2:01:01');
		expect(leftWords(0, 1)).toBe('over');
	});
});
