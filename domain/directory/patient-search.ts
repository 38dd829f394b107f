/** How patients are found: what is stored to search in, and what a typed text is turned into. */

/** Letters that Unicode does not decompose, as people type them without a special keyboard. */
const PLAIN: Record<string, string> = {
	ł: 'l',
	ø: 'o',
	đ: 'd',
	ß: 'ss',
	æ: 'ae',
	œ: 'oe',
	ı: 'i'
};

/** @returns lower case, without diacritics, single spaces. */
export function foldText(text: string): string {
	return text
		.toLowerCase()
		.normalize('NFD')
		.replace(/\p{Mark}/gu, '')
		.replace(/[łøđßæœı]/g, (letter) => PLAIN[letter] ?? letter)
		.replace(/\s+/g, ' ')
		.trim();
}

export interface SearchablePatient {
	familyName: string;
	givenName: string;
	/** `YYYY-MM-DD` */
	birthDate: string | null;
	phone: string | null;
	email: string | null;
}

/** @returns what `patients.search_text` holds: names, birth date as digits and as typed, phone digits, e-mail. */
export function searchTextOf(patient: SearchablePatient): string {
	const { familyName, givenName, birthDate, phone, email } = patient;
	const parts = [
		familyName,
		givenName,
		birthDate,
		dayFirst(birthDate),
		phone?.replace(/\D/g, ''),
		email
	];
	return foldText(parts.filter((part) => part).join(' '));
}

/** @returns the words of a typed text, each of which has to occur in a patient's search text. At most six. */
export function searchTerms(text: string): string[] {
	return foldText(text)
		.split(' ')
		.map((word) => (/^[\d+()./-]+$/.test(word) ? numberTerm(word) : word))
		.filter((word) => word.length > 0)
		.slice(0, 6);
}

/** A date as typed at a desk (24.11.1980, 24/11/1980) stays a date; anything else of digits is a phone number. */
function numberTerm(word: string): string {
	const date = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/.exec(word);
	if (date) return `${date[3]}-${date[2]!.padStart(2, '0')}-${date[1]!.padStart(2, '0')}`;
	if (/^\d{4}-\d{2}(-\d{2})?$/.test(word)) return word;
	return word.replace(/\D/g, '');
}

function dayFirst(birthDate: string | null): string {
	return birthDate === null ? '' : birthDate.split('-').reverse().join('');
}

/** @returns `Kowalska Anna`: family name first, as reception reads lists. */
export function listName(patient: { familyName: string; givenName: string }): string {
	return `${patient.familyName} ${patient.givenName}`.trim();
}
