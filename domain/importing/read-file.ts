/** From a file's bytes to rows that have not been checked yet. */
import { parse, type CsvError } from 'csv-parse/sync';
import {
	IMPORT_KINDS,
	ImportFault,
	MAX_FILE_BYTES,
	MAX_ROWS,
	type ImportFile,
	type ImportKind,
	type RawRow
} from './kinds.ts';
import { FIELDS } from './row-schemas.ts';

/** @throws ImportFault when a file of so many bytes is not read at all */
export function checkSize(bytes: number): void {
	if (bytes <= MAX_FILE_BYTES) return;
	throw new ImportFault(
		`The file is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB. Please split it.`
	);
}

/** @throws ImportFault when the bytes are too many or no UTF-8 */
export function decodeText(bytes: Uint8Array): string {
	checkSize(bytes.byteLength);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch (cause) {
		throw new ImportFault(
			'The file is not UTF-8 text. Save it as UTF-8 (in Excel: "CSV UTF-8") and try again.',
			{ cause }
		);
	}
}

/** @throws ImportFault when it is no JSON or not of the documented shape as a whole */
export function readJson(text: string): ImportFile {
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch (cause) {
		// The parser's own message quotes the file, which may hold patients.
		throw new ImportFault('The file is not valid JSON.', { cause });
	}
	if (content === null || typeof content !== 'object' || Array.isArray(content)) {
		throw new ImportFault('The file must hold one JSON object: { "organization": …, … }.');
	}
	const { organization, ...parts } = content as Record<string, unknown>;
	if (organization === undefined) throw new ImportFault('The part "organization" is missing.');
	const rows: ImportFile['rows'] = {};
	for (const [part, list] of Object.entries(parts)) {
		if (!isKind(part)) {
			throw new ImportFault(
				`The part "${part}" is not known. Known are: organization, ${IMPORT_KINDS.join(', ')}.`
			);
		}
		if (!Array.isArray(list)) throw new ImportFault(`The part "${part}" must be a list.`);
		rows[part] = list.map((value, index) => ({ place: `${part}[${index}]`, value }));
	}
	checkRowCount(rows);
	return { organization, rows };
}

/**
 * @param kind what the lines are; `null`: told by the header
 * @throws ImportFault when the header or the quoting is wrong
 */
export function readCsv(text: string, kind: ImportKind | null): ImportFile {
	const records = parseCsv(text);
	const header = (records[0]?.record ?? []).map((name) => name.trim());
	if (header.every((name) => name === '')) throw new ImportFault('The file has no header line.');
	const told = kind ?? kindOfHeader(header);
	const unknown = header.filter((name) => !FIELDS[told].includes(name));
	if (unknown.length > 0) {
		throw new ImportFault(
			`Not known as a column of ${told}: ${unknown.map((name) => `"${name}"`).join(', ')}. ` +
				`Known are: ${FIELDS[told].join(', ')}.`
		);
	}
	const twice = header.find((name, index) => header.indexOf(name) !== index);
	if (twice !== undefined) throw new ImportFault(`The column "${twice}" is there twice.`);
	const rows = { [told]: records.slice(1).map((line) => toRow(line, header)) };
	checkRowCount(rows);
	return { organization: null, rows };
}

interface CsvLine {
	record: string[];
	info: { lines: number };
}

function parseCsv(text: string): CsvLine[] {
	const firstLine = text.slice(0, text.search(/[\r\n]|$/));
	const delimiter = [',', ';', '\t'].reduce((best, each) =>
		firstLine.split(each).length > firstLine.split(best).length ? each : best
	);
	try {
		return parse(text, {
			bom: true,
			delimiter,
			info: true,
			relax_column_count: true,
			skip_empty_lines: true
		}) as unknown as CsvLine[];
	} catch (cause) {
		const { lines } = cause as CsvError & { lines?: number };
		const place = lines === undefined ? '' : ` near line ${lines}`;
		throw new ImportFault(`The file is not valid CSV: a quotation mark is wrong${place}.`, {
			cause
		});
	}
}

/** The columns by which each kind can be told, the most particular first. */
const TOLD_BY: readonly (readonly [ImportKind, readonly string[]])[] = [
	['appointments', ['patient', 'start']],
	['workingHours', ['weekday', 'from', 'to']],
	['patients', ['familyName', 'givenName']],
	['users', ['email', 'role']],
	['clinics', ['zone']],
	['rooms', ['clinic', 'kind']],
	['services', ['durationMinutes']],
	['practitioners', ['specialty']],
	['practitioners', ['services']]
];

function kindOfHeader(header: readonly string[]): ImportKind {
	const found = TOLD_BY.find(([, columns]) => columns.every((name) => header.includes(name)));
	if (found) return found[0];
	throw new ImportFault(
		`The header does not tell what the lines are. Give --kind and one of: ${IMPORT_KINDS.join(', ')}.`
	);
}

/** A record of another length is passed on as a text, which no schema takes. */
function toRow({ record, info }: CsvLine, header: readonly string[]): RawRow {
	const place = `line ${info.lines}`;
	if (record.length !== header.length) return { place, value: wrongLength(record, header) };
	const fields = header.map((name, index) => [name, toValue(name, record[index]!.trim())] as const);
	return { place, value: Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
}

/** A row that cannot be read; `reason` is reported as it is. */
export class UnreadableRow {
	readonly reason: string;
	constructor(reason: string) {
		this.reason = reason;
	}
}

function wrongLength(record: readonly string[], header: readonly string[]): UnreadableRow {
	return new UnreadableRow(`has ${record.length} columns, the header has ${header.length}`);
}

const NUMBERS = new Set([
	'durationMinutes',
	'bufferBeforeMinutes',
	'bufferAfterMinutes',
	'hue',
	'weekday',
	'latitude',
	'longitude'
]);
const LISTS = new Set(['services', 'clinics']);
const YES_NO: Record<string, boolean> = { true: true, yes: true, false: false, no: false };

function toValue(name: string, text: string): unknown {
	if (text === '') return undefined;
	if (NUMBERS.has(name) && /^-?\d{1,9}(\.\d{1,15})?$/.test(text)) return Number(text);
	if (name === 'established') return YES_NO[text.toLowerCase()] ?? text;
	if (LISTS.has(name)) return text.split(/[;|]/).map((part) => part.trim());
	return text;
}

function checkRowCount(rows: ImportFile['rows']): void {
	const count = Object.values(rows).reduce((sum, list) => sum + list.length, 0);
	if (count > MAX_ROWS) {
		throw new ImportFault(
			`The file has ${count} rows; at most ${MAX_ROWS} can be imported at once. Please split it.`
		);
	}
}

export function isKind(text: string): text is ImportKind {
	return (IMPORT_KINDS as readonly string[]).includes(text);
}
