/** What the columns of a list are, told by their headings in English and Polish. Pure. */
import { z } from 'zod';
import { foldText } from '../../directory/patient-search.ts';
import { MAX_IMPORT_COLUMNS } from './limits.ts';

export const IMPORT_FIELDS = [
	'givenName',
	'familyName',
	'birthDate',
	'phone',
	'email',
	'service',
	'clinics',
	'doctors',
	'firstDate',
	'lastDate',
	'weekdays',
	'fromTime',
	'untilTime',
	'urgency',
	'notice',
	'waitingSince',
	'note'
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Without these nobody can be put on the list; a phone number or an e-mail address is needed beside them. */
export const NEEDED_FIELDS = [
	'givenName',
	'familyName',
	'birthDate',
	'service'
] as const satisfies ImportField[];

/** Which field each column holds, in the order of the headings; `null`: it is left out. */
export type ColumnMap = (ImportField | null)[];

export const columnMapSchema = z
	.array(z.enum(IMPORT_FIELDS).nullable())
	.max(MAX_IMPORT_COLUMNS)
	.refine((columns) => {
		const named = columns.filter((field) => field !== null);
		return new Set(named).size === named.length;
	}, 'Two columns cannot be the same thing.');

/** What each field is called on the page and in the template. */
export const FIELD_NAMES: Record<ImportField, string> = {
	givenName: 'First name',
	familyName: 'Last name',
	birthDate: 'Birth date',
	phone: 'Phone',
	email: 'E-mail',
	service: 'Service',
	clinics: 'Clinics',
	doctors: 'Doctors',
	firstDate: 'From date',
	lastDate: 'Until date',
	weekdays: 'Weekdays',
	fromTime: 'Hours from',
	untilTime: 'Hours until',
	urgency: 'Urgency',
	notice: 'Notice',
	waitingSince: 'Waiting since',
	note: 'Note'
};

/** Other spellings, folded: lower case, no accents, words apart by one space. */
const SPELLINGS: Record<ImportField, readonly string[]> = {
	givenName: ['given name', 'given names', 'forename', 'firstname', 'imie', 'imiona'],
	familyName: ['family name', 'surname', 'lastname', 'nazwisko'],
	birthDate: [
		...['date of birth', 'birthdate', 'birthday', 'dob', 'born', 'd o b'],
		...['data urodzenia', 'data ur', 'urodzony', 'urodzona', 'ur']
	],
	phone: [
		...['phone number', 'telephone', 'telephone number', 'tel', 'mobile', 'mobile phone'],
		...['mobile number', 'cell', 'telefon', 'nr telefonu', 'numer telefonu', 'komorka', 'nr tel']
	],
	email: ['email', 'mail', 'email address', 'e mail address', 'adres e mail', 'adres email'],
	service: [
		...['services', 'visit', 'visit type', 'kind of visit', 'appointment type', 'treatment'],
		...['usluga', 'zabieg', 'rodzaj wizyty', 'typ wizyty', 'swiadczenie']
	],
	clinics: [
		...['clinic', 'site', 'sites', 'location', 'locations'],
		...['placowka', 'placowki', 'przychodnia', 'przychodnie', 'poradnia', 'klinika', 'kliniki']
	],
	doctors: ['doctor', 'practitioner', 'practitioners', 'physician', 'lekarz', 'lekarze'],
	firstDate: [
		...['from', 'first date', 'first day', 'earliest', 'earliest date', 'not before'],
		...['od', 'od dnia', 'data od', 'najwczesniej']
	],
	lastDate: [
		...['until', 'to', 'to date', 'last date', 'last day', 'latest', 'latest date', 'not after'],
		...['do', 'do dnia', 'data do', 'najpozniej']
	],
	weekdays: ['weekday', 'days', 'days of the week', 'dni', 'dni tygodnia', 'dzien tygodnia'],
	fromTime: [
		...['from time', 'time from', 'from hour', 'hour from', 'earliest time'],
		...['godziny od', 'godzina od', 'od godziny', 'od godz']
	],
	untilTime: [
		...['until time', 'time until', 'to time', 'time to', 'hours to', 'until hour', 'latest time'],
		...['godziny do', 'godzina do', 'do godziny', 'do godz']
	],
	urgency: ['priority', 'pilnosc', 'priorytet', 'kategoria', 'tryb'],
	notice: ['notice needed', 'notice time', 'short notice', 'wyprzedzenie', 'uprzedzenie'],
	waitingSince: [
		...['waits since', 'on the list since', 'on list since', 'added', 'date added', 'added on'],
		...['request date', 'requested', 'requested on', 'referred on'],
		...['oczekuje od', 'czeka od', 'data zgloszenia', 'data wpisu', 'na liscie od']
	],
	note: ['notes', 'comment', 'comments', 'remark', 'remarks', 'uwagi', 'notatka', 'komentarz']
};

const FIELD_OF = new Map<string, ImportField>(
	IMPORT_FIELDS.flatMap((field) =>
		[foldHeading(FIELD_NAMES[field]), ...SPELLINGS[field]].map((name) => [name, field] as const)
	)
);

/** @returns the heading in lower case, without accents and without whatever is no letter or digit */
function foldHeading(heading: string): string {
	return foldText(heading)
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
}

/** @returns what each column is by its heading; the first of two alike has it, the other is left to be chosen */
export function columnsByHeadings(headings: readonly string[]): ColumnMap {
	const taken = new Set<ImportField>();
	return headings.map((heading) => {
		const field = FIELD_OF.get(foldHeading(heading));
		if (field === undefined || taken.has(field)) return null;
		taken.add(field);
		return field;
	});
}

/** @returns what no column is, though nobody can be put on the list without it */
export function missingFields(columns: ColumnMap): string[] {
	const missing: string[] = NEEDED_FIELDS.filter((field) => !columns.includes(field)).map(
		(field) => FIELD_NAMES[field]
	);
	if (!columns.includes('phone') && !columns.includes('email')) missing.push('Phone or E-mail');
	return missing;
}
