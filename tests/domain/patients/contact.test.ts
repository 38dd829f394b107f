import { describe, expect, it } from 'vitest';
import { isChild } from '#domain/patients/age.ts';
import {
	contactKey,
	ownersOf,
	parseContact,
	storedContact,
	type Contact
} from '#domain/patients/contact.ts';
import { codeSchema, DAY_MS, sessionEnd } from '#domain/patients/sign-in-rules.ts';

const phone = (value: string): Contact => ({ kind: 'phone', value });
const email = (value: string): Contact => ({ kind: 'email', value });
const stored = (number: string) => ({ email: null, phone: number });

describe('a contact', () => {
	it.each([
		['Anna@Example.org ', email('anna@example.org')],
		['+48 600 100-200', phone('+48 600 100-200')],
		['', 'contact-missing'],
		[null, 'contact-missing'],
		['anna@', 'not-an-email'],
		['call me', 'not-a-contact'],
		['12345', 'not-a-phone']
	])('%s is read as it is meant', (typed, expected) => {
		expect(parseContact(typed)).toEqual(expected);
	});

	it('is counted the same however it is typed', () => {
		expect(contactKey(email('A@b.example'))).toBe(contactKey(email('a@B.example')));
		const keys = ['+48 600 100 200', '600100200', '0048600100200'].map((n) => contactKey(phone(n)));
		expect(new Set(keys).size).toBe(1);
	});

	it.each([
		['+48 600 100 200', '600100200', true],
		['600-100-200', '+48600100200', true],
		['07700 900123', '+44 7700 900123', true],
		['0048 600 100 200', '+48 600 100 200', true],
		// The last nine digits are those of a number in another country.
		['+48 600 100 200', '+44 600 100 200', false],
		['+48 600 100 200', '+48 600 100 201', false]
	])('the number %s is found as %s: %s', (number, typed, expected) => {
		expect(storedContact(stored(number), phone(typed))).toBe(expected ? number : null);
	});

	it('is nobody’s where it is not clear whose number it is', () => {
		const both = [stored('+48 600 100 200'), stored('+44 600 100 200')];
		expect(ownersOf(both, phone('600100200'))).toEqual([]);
		expect(ownersOf(both, phone('+48600100200'))).toEqual([both[0]]);
		const family = [stored('+48 600 100 200'), stored('600100200')];
		expect(ownersOf(family, phone('600 100 200'))).toEqual(family);
	});
});

it.each([
	['2008-06-15', '2026-06-14', true],
	['2008-06-15', '2026-06-15', false],
	['2008-02-29', '2026-02-28', true],
	['2008-02-29', '2026-03-01', false],
	['2030-01-01', '2026-06-15', false],
	[null, '2026-06-15', false]
])('born on %s, on %s a child: %s', (birthDate, today, expected) => {
	expect(isChild(birthDate, today)).toBe(expected);
});

it.each([
	['123456', '123456'],
	[' 123 456 ', '123456'],
	['123-456', '123456'],
	['12345', null],
	['12345a', null],
	['1234567', null]
])('the code %j', (typed, expected) => {
	const parsed = codeSchema.safeParse(typed);
	expect(parsed.success ? parsed.data : null).toBe(expected);
});

it('a session ends thirty days after its last use, and 180 days after it began', () => {
	expect(sessionEnd(0, 0)).toBe(30 * DAY_MS);
	expect(sessionEnd(0, 100 * DAY_MS)).toBe(130 * DAY_MS);
	expect(sessionEnd(0, 170 * DAY_MS)).toBe(180 * DAY_MS);
});
