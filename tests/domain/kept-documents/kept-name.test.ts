import { describe, expect, it } from 'vitest';
import { documentName, parseDocumentName } from '#domain/board/documents.ts';
import { keptId } from '#domain/kept-documents/queries.ts';
import type { KeptName } from '#domain/kept-documents/kept-name.ts';

const [ID, OTHER] = [crypto.randomUUID(), crypto.randomUUID()];

describe('names of documents that are kept', () => {
	it.each<[KeptName]>([
		[{ kind: 'handover', clinicId: ID, date: '2027-01-04' }],
		[{ kind: 'visit-note', appointmentId: ID }],
		[{ kind: 'draft', draftId: ID }]
	])('are read as they are written: %o', (name) => {
		expect(parseDocumentName(documentName(name))).toEqual(name);
	});

	it.each([
		`notes/${ID}`,
		`notes/${ID}/2027-02-30`,
		`notes/${ID}/2027-01-04/none`,
		`notes/appointment/${ID.toUpperCase()}`,
		'notes/appointment/x',
		`notes/appointment/${ID}/x`,
		`draft/${ID}/x`,
		'draft/x',
		`note/${ID}/2027-01-04`
	])('%s is none', (text) => {
		expect(parseDocumentName(text)).toBeNull();
	});

	it('have a row each', () => {
		const names: KeptName[] = [
			{ kind: 'handover', clinicId: ID, date: '2027-01-04' },
			{ kind: 'handover', clinicId: ID, date: '2027-01-05' },
			{ kind: 'handover', clinicId: OTHER, date: '2027-01-04' },
			{ kind: 'visit-note', appointmentId: ID },
			{ kind: 'visit-note', appointmentId: OTHER },
			{ kind: 'draft', draftId: ID }
		];
		expect(new Set(names.map(keptId)).size).toBe(names.length);
		expect(keptId(names[0]!)).toBe(keptId({ ...names[0]! }));
	});
});
