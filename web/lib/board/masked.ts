/** Patients who are not to be known, as the board shows and finds them. */
import type { MaskedPersonRow, PersonRow } from '#domain/board/documents.ts';

/** @returns a row for cards, panels and the search: `A. K., born 1961`, and the end of the phone as its number */
export function personFromMasked({ initials, birthYear, phoneEnd }: MaskedPersonRow): PersonRow {
	return {
		...{ patientId: '', firstName: '', birthDate: null, email: null, remark: '' },
		name: birthYear === null ? initials : `${initials}, born ${birthYear}`,
		...{ phone: phoneEnd, overrideReason: null }
	};
}
