/** Starts the thread that reads a list, and asks it for one part after the other. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { DateOrder } from '../../import/cell-values.ts';
import type { ColumnMap } from '../../import/columns.ts';
import type { BadRow, JudgeSettings } from '../../import/judge-row.ts';
import type { ListedRow } from '../../import/same-person.ts';
import type { TableStep } from '../../import/steps.ts';

export interface ListTask {
	bytes: Uint8Array;
	/** `null`: by the headings. */
	columns: ColumnMap | null;
	/** `null`: by the dates of the list. */
	order: DateOrder | null;
	directory: Pick<JudgeSettings, 'services' | 'clinics' | 'doctors'>;
	/** Local date, `YYYY-MM-DD`. */
	today: string;
}

/** In this order; after `unusable`, or a table that lacks columns, comes the end. */
export type ListAnswer =
	| TableStep
	| { kind: 'bad'; rows: BadRow[] }
	| { kind: 'good'; rows: ListedRow[] }
	| { kind: 'end' };

/** Twice what 50,000 rows of every column need. */
const MAX_MEMORY_MB = 1_024;
const MAX_SECONDS = 60;

/** By its name in package.json: the built pages stand elsewhere than this file, and the source beside them. */
const WORKER = '#domain/waitlist/commands/import/worker.ts';

/** @yields what the list holds; a file that takes too much memory or time is unusable */
export async function* readList(task: ListTask): AsyncGenerator<ListAnswer> {
	const worker = new Worker(createRequire(import.meta.url).resolve(WORKER), {
		workerData: task,
		execArgv: [],
		resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB }
	});
	try {
		for (;;) {
			const answer = await nextOf(worker);
			yield answer;
			if (answer.kind === 'end' || answer.kind === 'unusable') return;
		}
	} finally {
		await worker.terminate();
	}
}

function nextOf(worker: Worker): Promise<ListAnswer> {
	const { promise, resolve, reject } = Promise.withResolvers<ListAnswer>();
	const unusable = () =>
		resolve({
			kind: 'unusable',
			message: 'This file takes too much to read. Please split it in two, or save it as CSV UTF-8.'
		});
	const limit = setTimeout(unusable, MAX_SECONDS * 1_000);
	const onError = (fault: Error & { code?: string }) =>
		fault.code === 'ERR_WORKER_OUT_OF_MEMORY' ? unusable() : reject(fault);
	worker.once('message', resolve);
	worker.once('error', onError);
	worker.postMessage('next');
	return promise.finally(() => {
		clearTimeout(limit);
		worker.off('message', resolve);
		worker.off('error', onError);
	});
}
