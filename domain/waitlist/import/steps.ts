/** What somebody who brings a list is told while it is looked through and put on the waitlist. The edge. Pure. */
import { z } from 'zod';
import { DATE_ORDERS, type DateOrder } from './cell-values.ts';
import { columnMapSchema, type ColumnMap } from './columns.ts';
import type { BadRow } from './judge-row.ts';

/** `look`: nothing is stored. */
export const importRequestSchema = z.strictObject({
	mode: z.enum(['look', 'add']),
	/** `null`: by the headings. */
	columns: columnMapSchema.nullable(),
	/** `null`: by the dates of the list. */
	order: z.enum(DATE_ORDERS).nullable()
});
export type ImportRequest = z.output<typeof importRequestSchema>;

export interface ImportCounts {
	/** Rows that were looked at, of `total`. */
	done: number;
	total: number;
	/** Will go on the list, or went. */
	added: number;
	/** Wait for it already, or stand in the list twice. */
	duplicates: number;
	bad: number;
}

/** A row as it was understood, in words. */
export interface SampleRow {
	number: number;
	name: string;
	birthDate: string;
	contact: string;
	service: string;
	/** Clinics and doctors. */
	places: string;
	/** Dates, days and hours. */
	times: string;
	urgency: string;
	noticeMinutes: number;
	waitingSince: string | null;
}

export interface DuplicateRow {
	number: number;
	/** The row of the list that asks for the same; `null`: somebody put it on the waitlist before. */
	sameAs: number | null;
}

/** Whether the file can be used, and what its columns are. */
export type TableStep =
	| { kind: 'unusable'; message: string }
	| {
			kind: 'table';
			headings: string[];
			columns: ColumnMap;
			/** Needed columns that there are not: nothing follows. */
			missing: string[];
			order: DateOrder;
			/** A date that may mean two days; somebody has to say which before anybody is put on the list. */
			dateInDoubt: string | null;
			total: number;
	  };

/** One after the other: either the file cannot be used, or the table, then rows, then the end. */
export type ImportStep =
	| TableStep
	| {
			kind: 'rows';
			counts: ImportCounts;
			bad: BadRow[];
			duplicates: DuplicateRow[];
			samples: SampleRow[];
	  }
	| { kind: 'end'; counts: ImportCounts };
