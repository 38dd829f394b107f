/** What can be imported, how much of it, and what an import reports. */

/** In the order in which they are taken: each may refer to what stands before it. */
export const IMPORT_KINDS = [
	'clinics',
	'services',
	'practitioners',
	'rooms',
	'workingHours',
	'patients',
	'appointments',
	'users'
] as const;

export type ImportKind = (typeof IMPORT_KINDS)[number];

export const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Of all kinds together. */
export const MAX_ROWS = 500_000;

/** A row as it stands in the file. */
export interface RawRow {
	/** Where people find it: `appointments[17]`, counted from 0, or `line 18`. */
	place: string;
	value: unknown;
}

export interface ImportFile {
	/** `null` in CSV files: the organization is named on the command line. */
	organization: unknown;
	rows: Partial<Record<ImportKind, RawRow[]>>;
}

/** One row that was refused, and why, in words for whoever made the file. */
export interface Problem {
	kind: ImportKind;
	place: string;
	/** The row's own key, where it has one that can be read. */
	key: string | null;
	/** The field that is to blame, where one is. */
	field: string | null;
	reason: string;
}

export interface KindCount {
	taken: number;
	updated: number;
	unchanged: number;
	refused: number;
}

export interface ImportReport {
	organization: { key: string; name: string; created: boolean };
	/** Only the kinds that the file has. */
	counts: Partial<Record<ImportKind, KindCount>>;
	problems: Problem[];
	/** New accounts with their first password, which is stored nowhere else. */
	accounts: { email: string; password: string }[];
}

/** The file as a whole cannot be used: nothing of it was stored. The message is for whoever made it. */
export class ImportFault extends Error {
	override readonly name = 'ImportFault';
}
