/**
 * Reads and judges a list in a thread of its own: parsing a workbook takes a second at a stretch, and what a stranger's
 * file does to memory and time ends here. `list-reader.ts` starts it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { columnsByHeadings, missingFields } from '../../import/columns.ts';
import { dateOrderOf } from '../../import/date-order.ts';
import { kindOf } from '../../import/import-file.ts';
import { rowJudge, type BadRow, type GoodRow } from '../../import/judge-row.ts';
import { UnusableFile, type ImportTable } from '../../import/limits.ts';
import { readCsvRecords } from '../../import/read-csv.ts';
import { gatherPeople } from '../../import/same-person.ts';
import { MAX_SHEET_ROWS, tableOf } from '../../import/table-of.ts';
import type { ListAnswer, ListTask } from './list-reader.ts';
import { readXlsxRows } from './read-xlsx.ts';

/** So many are sent at once: the other side unpacks them in a few milliseconds. */
const ROWS_AT_A_TIME = 200;

const port = parentPort!;
const answers = work(workerData as ListTask);
port.on('message', async () => {
	const { value } = await answers.next();
	port.postMessage(value ?? ({ kind: 'end' } satisfies ListAnswer));
});

async function* work(task: ListTask): AsyncGenerator<ListAnswer> {
	let table: ImportTable;
	try {
		table = await readTable(task.bytes);
	} catch (fault) {
		if (!(fault instanceof UnusableFile)) throw fault;
		yield { kind: 'unusable', message: fault.message };
		return;
	}
	const { headings, rows } = table;
	const byHeadings = columnsByHeadings(headings);
	const columns = task.columns ? headings.map((_, at) => task.columns![at] ?? null) : byHeadings;
	const missing = missingFields(columns);
	const { order, example } = dateOrderOf(table, columns, task.order);
	yield {
		...{ kind: 'table', headings, columns, missing, order, total: rows.length },
		dateInDoubt: task.order === null ? example : null
	};
	if (missing.length > 0) return;
	const judge = rowJudge(table, { ...task.directory, today: task.today, columns, order });
	const good: GoodRow[] = [];
	const bad: BadRow[] = [];
	for (const row of rows) {
		const judged = judge(row);
		if ('problems' in judged) bad.push(judged);
		else good.push(judged);
	}
	const listed = gatherPeople(good);
	for (let at = 0; at < bad.length; at += ROWS_AT_A_TIME) {
		yield { kind: 'bad', rows: bad.slice(at, at + ROWS_AT_A_TIME) };
	}
	for (let at = 0; at < listed.length; at += ROWS_AT_A_TIME) {
		yield { kind: 'good', rows: listed.slice(at, at + ROWS_AT_A_TIME) };
	}
}

async function readTable(bytes: Uint8Array): Promise<ImportTable> {
	return tableOf(
		kindOf(bytes) === 'xlsx' ? await readXlsxRows(bytes) : readCsvRecords(bytes, MAX_SHEET_ROWS)
	);
}
