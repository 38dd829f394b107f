/** This person's desk on this device: what they want done, kept in the browser until the verdict is there. */
import { HocuspocusProvider, type HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import { documentName, INTENTS_MAP } from '#domain/board/documents.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { deskStorageName, deviceId } from './device.ts';

export interface DeskOptions {
	socket: HocuspocusProviderWebsocket;
	userId: string;
	/**
	 * An intent that this desk holds: just made, from another window, or (`isFromBefore`) from before the page was
	 * opened. Those that come together come in the order in which they were made.
	 */
	onWaiting(intent: Intent, isFromBefore: boolean): void;
	/** @returns whether the desk need not hold the intent any longer */
	onVerdict(verdict: Verdict): boolean;
}

export class Desk {
	private readonly options: DeskOptions;
	private readonly document = new Y.Doc();
	private readonly intents = this.document.getMap<Intent>(INTENTS_MAP);
	private readonly provider: HocuspocusProvider;
	private readonly storage: IndexeddbPersistence;

	constructor(options: DeskOptions) {
		this.options = options;
		this.intents.observe((event, { origin }) => {
			const found = [...event.keysChanged].flatMap((id) => this.intents.get(id) ?? []);
			found.sort((a, b) => a.madeAt - b.madeAt);
			for (const intent of found) options.onWaiting(intent, origin === this.storage);
		});
		this.storage = new IndexeddbPersistence(deskStorageName(options.userId), this.document);
		this.provider = new HocuspocusProvider({
			websocketProvider: options.socket,
			name: documentName({ kind: 'desk', userId: options.userId, deviceId: deviceId() }),
			document: this.document,
			token: 'cookie',
			onSynced: ({ state }) => {
				if (state) this.ask();
			},
			onStateless: ({ payload }) => this.hear(payload)
		});
		// The server drops what is on a desk with its last connection; the browser's copy is the one that lasts.
		void this.storage.whenSynced.then(() => this.provider.attach());
	}

	/** Puts an intent on the desk. It is judged when there is a line. */
	put(intent: Intent): void {
		this.intents.set(intent.id, intent);
	}

	/** Takes an intent away: its author has read what became of it. */
	drop(intentId: string): void {
		if (this.intents.has(intentId)) this.intents.delete(intentId);
	}

	destroy(): void {
		this.provider.destroy();
		void this.storage.destroy();
		this.document.destroy();
	}

	/** A verdict may have been lost with the line. */
	private ask(): void {
		const intentIds = [...this.intents.keys()];
		if (intentIds.length > 0) {
			this.provider.sendStateless(JSON.stringify({ type: 'ask', intentIds }));
		}
	}

	private hear(payload: string): void {
		const message = JSON.parse(payload) as { type: string; verdict: Verdict };
		if (message.type !== 'verdict') return;
		if (this.options.onVerdict(message.verdict)) this.drop(message.verdict.intentId);
	}
}
