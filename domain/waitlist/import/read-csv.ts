/** A list as comma-separated values, with whatever separates them and however lines end. Pure. */
import { parse } from 'csv-parse/sync';
import { UnusableFile } from './limits.ts';

const SEPARATORS = [',', ';', '\t'] as const;
/** One record with its line ends and quotes; a quote that is never closed would take in the rest of the file. */
const MAX_RECORD_LENGTH = 64 * 1024;

/**
 * @param bytes UTF-8, with or without its mark
 * @param maxRows so many are read at most
 * @returns the records; empty lines too, so that numbers stay those of the spreadsheet
 * @throws UnusableFile for another encoding, or a quote that is wrong
 */
export function readCsvRecords(bytes: Uint8Array, maxRows: number): string[][] {
	const text = decode(bytes);
	const start = text.search(/\S/);
	const firstLine = start === -1 ? '' : text.slice(start).split(/[\r\n]/, 1)[0]!;
	const delimiter = SEPARATORS.reduce((best, each) =>
		firstLine.split(each).length > firstLine.split(best).length ? each : best
	);
	try {
		return parse(text, {
			...{ bom: true, delimiter, relax_column_count: true, relax_quotes: false },
			...{ skip_empty_lines: false, max_record_size: MAX_RECORD_LENGTH, to: maxRows }
		}) as string[][];
	} catch (cause) {
		// The parser's own message quotes the file, which holds patients.
		const { lines } = cause as { lines?: number };
		const place = lines === undefined ? '' : ` near line ${lines}`;
		throw new UnusableFile(`A quotation mark in this file is wrong${place}.`, { cause });
	}
}

function decode(bytes: Uint8Array): string {
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
		if (!text.includes('\0')) return text;
	} catch {
		// Said below.
	}
	throw new UnusableFile(
		'This is no text in UTF-8. In Excel, save it as “CSV UTF-8” or as a workbook (.xlsx).'
	);
}
