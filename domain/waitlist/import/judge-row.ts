/** What one row of a list asks for, or why it cannot go on the waitlist. Pure. */
import type { z } from 'zod';
import {
	birthDateField,
	emailField,
	nameField,
	phoneField,
	type DetailFault
} from '../../booking/patient-details.ts';
import { entryWishSchema, MAX_WAIT_DAYS, type EntryFault, type EntryWish } from '../entry.ts';
import {
	dateFrom,
	minuteFrom,
	noticeFrom,
	urgencyFrom,
	weekdaysFrom,
	type DateOrder
} from './cell-values.ts';
import { FIELD_NAMES, type ColumnMap, type ImportField } from './columns.ts';
import { MAX_CELL_LENGTH, type Cell, type ImportTable } from './limits.ts';
import { NameMatcher, type Named, type NameMatch } from './name-match.ts';

/** Who waits, as the list says it. */
export interface ListedPerson {
	givenName: string;
	familyName: string;
	birthDate: string;
	phone: string | null;
	email: string | null;
}

export interface GoodRow {
	number: number;
	person: ListedPerson;
	wish: EntryWish;
	/** Local date; `null`: from now on. */
	waitingSince: string | null;
}

export interface RowProblem {
	/** What the column is called in the file; empty: no column of it. */
	column: string;
	/** A sentence without its subject: `is no date`. */
	reason: string;
}

export interface BadRow {
	number: number;
	problems: RowProblem[];
}

export interface JudgeSettings {
	columns: ColumnMap;
	order: DateOrder;
	services: readonly Named[];
	clinics: readonly Named[];
	doctors: readonly Named[];
	/** Local date, `YYYY-MM-DD`. */
	today: string;
}

const MAX_WAITED_YEARS = 5;

const FAULT_REASONS: Record<DetailFault | EntryFault, string> = {
	missing: 'is empty',
	'too-long': 'is too long',
	'not-a-name': 'is no name',
	'not-a-date': 'is no date',
	'in-the-future': 'is in the future',
	'too-long-ago': 'is too long ago',
	'not-a-phone': 'is no telephone number',
	'not-an-email': 'is no e-mail address',
	'contact-missing': 'is empty, and so is the e-mail address: one of them is needed',
	'consent-missing': 'is missing',
	'too-soon': 'went by already',
	'too-far': `is more than ${MAX_WAIT_DAYS} days away`,
	'wrong-order': 'is before the beginning',
	'no-weekday': 'names no day'
};
const NO_DATE = 'is no date: write 2026-04-03 or 03.04.2026';
const NO_TIME = 'is no time: write 8:30';

/** @returns a function that judges the rows of one list */
export function rowJudge(
	{ headings }: Pick<ImportTable, 'headings'>,
	settings: JudgeSettings
): (row: ImportTable['rows'][number]) => GoodRow | BadRow {
	const { columns, order, today } = settings;
	const index = new Map(columns.flatMap((field, at) => (field ? [[field, at] as const] : [])));
	const services = new NameMatcher(settings.services);
	const clinics = new NameMatcher(settings.clinics);
	const doctors = new NameMatcher(settings.doctors);
	const wishes = entryWishSchema(today);
	const born = birthDateField(today);
	const now = Temporal.PlainDate.from(today);
	const latest = now.add({ days: MAX_WAIT_DAYS }).toString();
	const earliestWait = now.subtract({ years: MAX_WAITED_YEARS }).toString();
	const nameOf = (field: ImportField) => {
		const at = index.get(field);
		return at === undefined ? FIELD_NAMES[field] : headings[at] || FIELD_NAMES[field];
	};

	return ({ number, cells }) => {
		const problems: RowProblem[] = [];
		const wrong = (field: ImportField, reason: string) => {
			const column = nameOf(field);
			// The first thing that is wrong with a cell is enough.
			if (!problems.some((one) => one.column === column)) problems.push({ column, reason });
		};
		const textOf = (field: ImportField): string => {
			const at = index.get(field);
			const cell: Cell = at === undefined ? '' : (cells[at] ?? (at < cells.length ? null : ''));
			const text = cell?.trim() ?? '';
			if (cell === null || text.startsWith('='))
				wrong(field, 'holds a formula: put its value there');
			else if (text.length > MAX_CELL_LENGTH) wrong(field, FAULT_REASONS['too-long']);
			else return text;
			return '';
		};
		const given = <T>(field: ImportField, read: (text: string) => T | null, otherwise: string) => {
			const text = textOf(field);
			const value = text === '' ? undefined : read(text);
			if (value === null) wrong(field, otherwise);
			return value ?? undefined;
		};
		const date = (field: ImportField) => given(field, (text) => dateFrom(text, order), NO_DATE);
		const checked = <T>(field: ImportField, schema: z.ZodType<T>, text = textOf(field)) => {
			const parsed = schema.safeParse(text);
			if (parsed.success) return parsed.data;
			wrong(field, FAULT_REASONS[parsed.error.issues[0]!.message as DetailFault] ?? 'is not right');
			return null;
		};
		const name = (field: ImportField) => {
			const text = textOf(field);
			if (/^[+\-@]/.test(text)) wrong(field, 'begins like a formula: no name does');
			return checked(field, nameField, text);
		};
		const found = (field: ImportField, match: NameMatch | null) => {
			if (match === null) return [];
			if ('ids' in match) return match.ids;
			wrong(field, matchReason(match));
			return [];
		};

		const givenName = name('givenName');
		const familyName = name('familyName');
		const birthText = textOf('birthDate');
		const birth = birthText === '' ? '' : dateFrom(birthText, order);
		if (birth === null) wrong('birthDate', NO_DATE);
		const birthDate = birth === null ? null : checked('birthDate', born, birth);
		const phone = checked('phone', phoneField);
		const email = checked('email', emailField);
		if (phone === null && email === null) {
			wrong(index.has('phone') ? 'phone' : 'email', FAULT_REASONS['contact-missing']);
		}
		const serviceText = textOf('service');
		if (serviceText === '') wrong('service', FAULT_REASONS.missing);
		const [serviceId] = found('service', serviceText === '' ? null : services.one(serviceText));
		const listed = (field: ImportField, matcher: NameMatcher) => {
			const text = textOf(field);
			return found(field, text === '' ? null : matcher.several(text));
		};
		const firstDate = date('firstDate') ?? today;
		const waitingSince = date('waitingSince') ?? null;
		if (waitingSince !== null && waitingSince > today) {
			wrong('waitingSince', FAULT_REASONS['in-the-future']);
		}
		if (waitingSince !== null && waitingSince < earliestWait) {
			wrong('waitingSince', `is more than ${MAX_WAITED_YEARS} years ago`);
		}
		if (firstDate > latest) wrong('firstDate', FAULT_REASONS['too-far']);
		const asked = {
			serviceId,
			...{ clinicIds: listed('clinics', clinics), practitionerIds: listed('doctors', doctors) },
			...{ firstDate, lastDate: date('lastDate') ?? latest },
			weekdays: given('weekdays', weekdaysFrom, 'names no day of the week: write Mon, Wed'),
			fromMinute: given('fromTime', minuteFrom, NO_TIME),
			untilMinute: given('untilTime', minuteFrom, NO_TIME),
			noticeMinutes: given('notice', noticeFrom, 'needs its unit: 30 min, 2 h or 1 day'),
			urgency: given('urgency', urgencyFrom, 'is not known: write routine, soon or urgent'),
			note: textOf('note')
		};
		if (problems.length > 0) return { number, problems };
		const wish = wishes.safeParse(asked);
		if (!wish.success) {
			for (const { path, message } of wish.error.issues) {
				const field = FIELD_OF_WISH[String(path[0])] ?? 'service';
				wrong(field, FAULT_REASONS[message as EntryFault] ?? 'is not possible');
			}
			return { number, problems };
		}
		return {
			number,
			person: {
				...{ givenName: givenName!, familyName: familyName!, birthDate: birthDate! },
				...{ phone, email }
			},
			...{ wish: wish.data, waitingSince }
		};
	};
}

/** The column that a part of a wish comes from. */
const FIELD_OF_WISH: Record<string, ImportField> = {
	...{ serviceId: 'service', clinicIds: 'clinics', practitionerIds: 'doctors' },
	...{ firstDate: 'firstDate', lastDate: 'lastDate', weekdays: 'weekdays' },
	...{ fromMinute: 'fromTime', untilMinute: 'untilTime', noticeMinutes: 'notice' },
	...{ urgency: 'urgency', note: 'note' }
};

/** So much of what a list says is repeated. */
const MAX_QUOTED = 60;

function matchReason(match: Exclude<NameMatch, { ids: string[] }>): string {
	const quoted = (text: string) =>
		`“${text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text}”`;
	if ('twice' in match) return `is not clear: there are two called ${quoted(match.twice)}`;
	const { unknown, nearest } = match;
	const hint = nearest === null ? '' : `; the nearest is ${quoted(nearest)}`;
	return `is not known: ${quoted(unknown)}${hint}`;
}
