/** Browsers that have a kept document open, as the board's does. */
import * as Y from 'yjs';
import { NOTE_FRAGMENT, keptName, type KeptName } from '#domain/kept-documents/kept-name.ts';
import { KeptDocument, type KeptStanding } from '#web/lib/sync/kept-document.ts';
import type { Client } from './sync-client.ts';
import { until } from './until.ts';

export class KeptClient {
	readonly kept: KeptDocument;
	/** Every standing that it showed, in order. */
	readonly standings: KeptStanding[] = [];

	constructor(client: Client, name: KeptName) {
		this.kept = new KeptDocument({
			...{ socket: client.websocket, name: keptName(name) },
			onStanding: (standing) => this.standings.push(standing)
		});
		client.providers.push(this.kept.provider);
	}

	/** Adds a paragraph at the end, as typing does. */
	write(text: string): void {
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [new Y.XmlText(text)]);
		const { fragment } = this;
		fragment.insert(fragment.length, [paragraph]);
	}

	get fragment(): Y.XmlFragment {
		return this.kept.document.getXmlFragment(NOTE_FRAGMENT);
	}

	get text(): string {
		return textOf(this.kept.document);
	}

	/** Resolves when it shows this standing. */
	async shows(standing: KeptStanding): Promise<void> {
		await until(() => this.kept.standing === standing, `a document is ${standing}`);
	}
}

/** @returns the text of a note */
export function textOf(document: Y.Doc): string {
	return document
		.getXmlFragment(NOTE_FRAGMENT)
		.toArray()
		.map((paragraph) => (paragraph as Y.XmlElement).toArray().join(''))
		.join('\n');
}

/** @returns the text of a note that is stored as these bytes */
export function textOfState(state: Uint8Array): string {
	const document = new Y.Doc();
	Y.applyUpdate(document, state);
	return textOf(document);
}
