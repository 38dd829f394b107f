/** A patient as support sees one: enough to find a caller's visit, not enough to know who it is. */
import type { MaskedPersonRow } from './documents.ts';

/** Shorter numbers would be given away by their end. */
const LEAST_DIGITS = 7;
const SHOWN_DIGITS = 3;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** @param patient `birthDate`: `YYYY-MM-DD` */
export function maskPerson(patient: {
	familyName: string;
	givenName: string;
	birthDate: string | null;
	phone: string | null;
}): MaskedPersonRow {
	const digits = patient.phone?.replace(/\D/g, '') ?? '';
	return {
		initials: [patient.givenName, patient.familyName].map(initialOf).filter(Boolean).join(' '),
		birthYear: patient.birthDate === null ? null : Number(patient.birthDate.slice(0, 4)),
		phoneEnd: digits.length < LEAST_DIGITS ? null : digits.slice(-SHOWN_DIGITS)
	};
}

/** The first letter as somebody writes it, whatever it is made of. */
function initialOf(name: string): string {
	const [first] = segmenter.segment(name.trim());
	return first ? `${first.segment.toUpperCase()}.` : '';
}
