import { describe, expect, it } from 'vitest';
import { documentName, parseDocumentName } from '#domain/board/documents.ts';
import { maskPerson } from '#domain/board/masked-person.ts';
import { passes } from '#web/lib/board/columns.ts';
import { personFromMasked } from '#web/lib/board/masked.ts';
import type { Visit } from '#web/lib/board/visit.ts';

const patient = (more: object = {}) => ({
	...{ familyName: 'Kowalska', givenName: 'Anna Maria' },
	...{ birthDate: '1961-04-30', phone: '+48 600 123 457', ...more }
});

describe('a masked patient', () => {
	it.each<[string, object, object]>([
		['initials, year and end', {}, { initials: 'A. K.', birthYear: 1961, phoneEnd: '457' }],
		[
			'nothing but what is known',
			{ birthDate: null, phone: null },
			{ birthYear: null, phoneEnd: null }
		],
		['no end of a number that it would give away', { phone: '12-34-56' }, { phoneEnd: null }],
		['one name', { givenName: '' }, { initials: 'K.' }],
		['small letters', { familyName: 'van der Berg', givenName: 'émile' }, { initials: 'É. V.' }],
		['other scripts', { familyName: '王', givenName: '👩‍⚕️x' }, { initials: '👩‍⚕️. 王.' }]
	])('has %s', (_, given, masked) => {
		expect(maskPerson(patient(given))).toMatchObject(masked);
	});

	it('is shown and found by what is shown, and by nothing else', () => {
		const person = personFromMasked(maskPerson(patient()));
		expect(person.name).toBe('A. K., born 1961');
		const visit = { person, serviceId: 's', practitionerId: 'p', roomId: 'r' } as Visit;
		const source = {
			...{ practitioners: new Map(), rooms: new Map(), services: new Map(), blocks: new Map() },
			visits: [visit]
		};
		const finds = (text: string) =>
			passes(
				visit,
				{ columnsBy: 'practitioner', text, practitionerId: '', serviceId: '', status: '' },
				source
			);
		expect(['a. k.', '1961', '457', '457 1961'].map(finds)).toEqual([true, true, true, true]);
		expect(['kowalska', 'anna', '600', '1961-04'].map(finds)).toEqual([false, false, false, false]);
	});

	it('has a document of its own name', () => {
		const place = { clinicId: crypto.randomUUID(), date: '2027-01-04', epoch: 'abc' };
		const name = { kind: 'masked-people', ...place } as const;
		expect(documentName(name)).toMatch(/^people\/.*\/masked$/);
		expect(parseDocumentName(documentName(name))).toEqual(name);
		expect(parseDocumentName(`${documentName(name)}x`)).toBeNull();
		const all = { kind: 'people', ...place, practitionerId: null } as const;
		expect(parseDocumentName(documentName(all))).toEqual(all);
	});
});
