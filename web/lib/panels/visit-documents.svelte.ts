/** The papers of one visit, as a panel shows them: the list, what is being sent, and what went wrong. */
import {
	DOCUMENT_WORDS,
	MAX_DOCUMENT_BYTES,
	type DocumentList
} from '#domain/documents/document.ts';
import { messageOf, uploadFile } from './upload.ts';

export interface Sending {
	/** Counts up; names it in the list. */
	key: number;
	name: string;
	/** From 0 to 1. */
	fraction: number;
	/** Why it was not taken; `null`: under way. */
	refused: string | null;
	cancel(): void;
}

export class VisitDocuments {
	/** `null`: not read yet. */
	list = $state<DocumentList | null>(null);
	/** `hidden`: whoever looks may not see them. */
	state = $state<'reading' | 'there' | 'hidden' | 'failed'>('reading');
	sending = $state<Sending[]>([]);
	/** For screen readers, and below the list. */
	told = $state('');
	readonly address: string;
	private count = 0;
	/** One after the other. */
	private queue: Promise<void> = Promise.resolve();

	constructor(appointmentId: string) {
		this.address = `/board/appointments/${appointmentId}/documents`;
	}

	async read(): Promise<void> {
		try {
			const response = await fetch(this.address, { headers: { accept: 'application/json' } });
			if (response.status === 404 || response.status === 403) {
				this.state = 'hidden';
				return;
			}
			if (!response.ok) throw new Error(String(response.status));
			this.list = (await response.json()) as DocumentList;
			this.state = 'there';
		} catch {
			this.state = 'failed';
		}
	}

	add(files: Iterable<File>): void {
		if (!this.list?.mayWrite) return;
		for (const file of files) {
			const ending = new AbortController();
			const key = ++this.count;
			this.sending.push({
				...{ key, name: file.name, fraction: 0, refused: whyNot(file) },
				cancel: () => {
					ending.abort();
					this.forget(key);
				}
			});
			if (whyNot(file) === null) {
				this.queue = this.queue.then(() => this.send(file, key, ending.signal));
			}
		}
	}

	forget(key: number): void {
		this.sending = this.sending.filter((one) => one.key !== key);
	}

	/** @returns whether it is gone */
	async remove(id: string, name: string): Promise<boolean> {
		this.told = '';
		try {
			const response = await fetch(`${this.address}/${id}`, {
				...{ method: 'DELETE', headers: { accept: 'application/json' } }
			});
			if (!response.ok) this.told = messageOf(await response.text());
			else this.told = `${name} was removed.`;
			await this.read();
			return response.ok;
		} catch {
			this.told = messageOf('');
			return false;
		}
	}

	private async send(file: File, key: number, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return this.forget(key);
		const one = () => this.sending.find((each) => each.key === key);
		const onProgress = (fraction: number) => {
			const shown = one();
			if (shown) shown.fraction = fraction;
		};
		const answer = await uploadFile(this.address, file, onProgress, signal);
		if (answer.outcome === 'refused') {
			const shown = one();
			if (shown) shown.refused = answer.message;
			return;
		}
		if (answer.outcome === 'done') {
			this.told = `${file.name} was added.`;
			await this.read();
		}
		this.forget(key);
	}
}

/** What can be told without sending it. */
function whyNot({ size }: File): string | null {
	if (size === 0) return DOCUMENT_WORDS.empty;
	return size > MAX_DOCUMENT_BYTES ? DOCUMENT_WORDS['too-large'] : null;
}
