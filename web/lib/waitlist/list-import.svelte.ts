/** A list of people on its way onto the waitlist: the file stays in the browser until they are on it. */
import type { DateOrder } from '#domain/waitlist/import/cell-values.ts';
import type { ColumnMap, ImportField } from '#domain/waitlist/import/columns.ts';
import { TOO_LARGE } from '#domain/waitlist/import/import-file.ts';
import type { BadRow } from '#domain/waitlist/import/judge-row.ts';
import { MAX_IMPORT_BYTES } from '#domain/waitlist/import/limits.ts';
import type {
	DuplicateRow,
	ImportCounts,
	ImportRequest,
	ImportStep,
	SampleRow
} from '#domain/waitlist/import/steps.ts';
import { messageOf } from '#web/lib/panels/upload.ts';

type Table = Extract<ImportStep, { kind: 'table' }>;
type Phase = 'choosing' | 'looking' | 'looked' | 'adding' | 'stopped' | 'added';

const NOTHING: ImportCounts = { done: 0, total: 0, added: 0, duplicates: 0, bad: 0 };

export class ListImport {
	phase = $state<Phase>('choosing');
	file = $state.raw<File | null>(null);
	table = $state.raw<Table | null>(null);
	counts = $state.raw<ImportCounts>(NOTHING);
	/** Tens of thousands, perhaps: never watched one by one. */
	bad = $state.raw<BadRow[]>([]);
	duplicates = $state.raw<DuplicateRow[]>([]);
	samples = $state.raw<SampleRow[]>([]);
	/** Why it does not go on, in words. */
	fault = $state<string | null>(null);
	/** What the person chose; `null`: as the list itself tells. */
	columns = $state.raw<ColumnMap | null>(null);
	order = $state<DateOrder | null>(null);

	#running: AbortController | null = null;

	/** Takes a file and looks through it. */
	async choose(file: File): Promise<void> {
		this.forget();
		this.file = file;
		if (file.size > MAX_IMPORT_BYTES) this.fault = TOO_LARGE;
		else await this.look();
	}

	/** Back to the beginning. */
	forget(): void {
		this.#running?.abort();
		this.phase = 'choosing';
		this.file = null;
		this.table = null;
		this.columns = null;
		this.order = null;
		this.#begin();
	}

	/** @param field what the column holds; of two alike the earlier one loses it */
	async setColumn(index: number, field: ImportField | null): Promise<void> {
		const now = this.columns ?? this.table?.columns ?? [];
		this.columns = now.map((one, at) =>
			at === index ? field : one !== null && one === field ? null : one
		);
		await this.look();
	}

	async setOrder(order: DateOrder): Promise<void> {
		this.order = order;
		await this.look();
	}

	/** Looks through the file; nothing is stored. */
	async look(): Promise<void> {
		this.phase = 'looking';
		const ended = await this.#run('look');
		if (ended !== 'replaced') this.phase = this.table ? 'looked' : 'choosing';
	}

	/** Puts everybody on the waitlist whose row is right. */
	async add(): Promise<void> {
		this.phase = 'adding';
		const ended = await this.#run('add');
		if (ended !== 'replaced') this.phase = ended === 'done' ? 'added' : 'stopped';
	}

	/** Stops after the batch that is under way; who is on the list stays there. */
	stop(): void {
		this.#running?.abort('stopped');
	}

	#begin(): void {
		this.counts = NOTHING;
		this.bad = [];
		this.duplicates = [];
		this.samples = [];
		this.fault = null;
	}

	async #run(mode: ImportRequest['mode']): Promise<'done' | 'failed' | 'replaced'> {
		this.#running?.abort();
		const running = (this.#running = new AbortController());
		this.#begin();
		const asked: ImportRequest = { mode, columns: this.columns, order: this.order };
		let isDone = false;
		try {
			const response = await fetch('/waitlist/import/run', {
				...{ method: 'POST', body: this.file, signal: running.signal },
				headers: {
					...{ accept: 'application/json', 'content-type': 'application/octet-stream' },
					'x-import': JSON.stringify(asked)
				}
			});
			if (!response.ok) this.fault = messageOf(await response.text());
			else {
				for await (const step of stepsOf(response.body!)) {
					if (running.signal.aborted) break;
					isDone ||= step.kind === 'end';
					this.#take(step);
				}
				if (!isDone && !this.fault && !running.signal.aborted) this.fault = BROKEN[mode];
			}
		} catch {
			if (!running.signal.aborted) this.fault = BROKEN[mode];
		}
		if (this.#running !== running) return 'replaced';
		if (running.signal.aborted && running.signal.reason !== 'stopped') return 'replaced';
		return isDone ? 'done' : 'failed';
	}

	#take(step: ImportStep): void {
		switch (step.kind) {
			case 'unusable':
				this.fault = step.message;
				break;
			case 'table':
				this.table = step;
				this.counts = { ...NOTHING, total: step.total };
				break;
			case 'rows':
				this.counts = step.counts;
				if (step.bad.length > 0) this.bad = this.bad.concat(step.bad);
				if (step.duplicates.length > 0) this.duplicates = this.duplicates.concat(step.duplicates);
				if (step.samples.length > 0) this.samples = this.samples.concat(step.samples);
				break;
			case 'end':
				this.counts = step.counts;
		}
	}
}

const BROKEN = {
	look: 'Dayboard could not read this file to its end. If you saved it meanwhile, choose it again.',
	add: 'The line broke. Who is on the waitlist stays there; go on, and nobody is put on it twice.'
};

async function* stepsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ImportStep> {
	const reader = body.getReader();
	const decoder = new TextDecoder();
	let rest = '';
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return;
		const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
		rest = lines.pop()!;
		for (const line of lines) yield JSON.parse(line) as ImportStep;
	}
}
