/**
 * A document that lies in PostgreSQL and is edited by several people at once. What was typed is kept in memory, and in
 * memory alone: on the device it would lie in clear. It counts as saved once the server said that it is stored.
 */
import type { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import * as Y from 'yjs';
import { KeptProvider } from './kept-provider.ts';

/**
 * `opening`: nothing to be shown yet. `saving`: on its way. `not-saved`: the server could not store it and tries again.
 * `no-line`: waits here for a connection. `refused`: it will not be opened or taken, and `reason` says why.
 */
export type KeptStanding = 'opening' | 'saved' | 'saving' | 'not-saved' | 'no-line' | 'refused';

export interface KeptDocumentOptions {
	socket: HocuspocusProviderWebsocket;
	/** As `documentName` gives it. */
	name: string;
	/** Is told whenever something of it changed. */
	onStanding(standing: KeptStanding): void;
}

/** Typing is followed by one question, not by one for each letter. */
const ASK_AFTER_MS = 150;
const OPEN_AGAIN_MS = 300;
const TRY_AGAIN_MS = 2_000;
/** docs/PROTOCOL.md: reasons after which it is opened anew. Whoever may not open it any longer then hears so. */
const OPEN_ANEW = new Set(['out-of-step', 'going-away', 'forbidden', 'Reset Connection']);
const TRY_AGAIN = new Set(['unavailable', 'too-many']);

export class KeptDocument {
	readonly document = new Y.Doc();
	readonly provider: KeptProvider;
	/** Why it was refused; `null`: it was not. */
	reason: string | null = null;
	/** Whether this person may only read it. */
	isReadOnly = false;
	/** Whoever shows it now. */
	onStanding: (standing: KeptStanding) => void;
	/** Own changes, and up to which of them the server has stored. */
	private made = 0;
	private kept = 0;
	private isOpened = false;
	private isFailing = false;
	private asking: ReturnType<typeof setTimeout> | null = null;
	private opening: ReturnType<typeof setTimeout> | null = null;
	private told: KeptStanding = 'opening';
	private readonly onLine = () => this.tell();

	constructor(options: KeptDocumentOptions) {
		this.onStanding = options.onStanding;
		this.provider = new KeptProvider({
			websocketProvider: options.socket,
			name: options.name,
			document: this.document,
			// The cookie is what counts; a token only starts the exchange.
			token: 'cookie',
			onAuthenticated: ({ scope }) => (this.isReadOnly = scope === 'readonly'),
			onAuthenticationFailed: ({ reason }) => {
				if (TRY_AGAIN.has(reason)) this.openAgain(TRY_AGAIN_MS);
				else this.refuse(reason);
			},
			onSynced: ({ state }) => {
				if (!state) return;
				this.isOpened = true;
				this.ask();
				this.tell();
			},
			onClose: ({ event }) => {
				// The server closes one document with a reason; a lost line has none.
				if (event.code === 1000 && event.reason) this.closed(event.reason);
				this.tell();
			},
			onStateless: ({ payload }) => this.hear(payload)
		});
		this.document.on('update', (_: Uint8Array, origin: unknown) => {
			if (origin === this.provider) return;
			this.made++;
			this.asking ??= setTimeout(() => this.ask(), ASK_AFTER_MS);
			this.tell();
		});
		// A socket that died unnoticed still looks open.
		globalThis.addEventListener?.('offline', this.onLine);
		globalThis.addEventListener?.('online', this.onLine);
		this.provider.attach();
	}

	/** Whether something was typed that the server has not stored. */
	get isUnsaved(): boolean {
		return this.kept < this.made;
	}

	get standing(): KeptStanding {
		if (this.reason !== null) return 'refused';
		if (!this.isOpened) return 'opening';
		if (!this.isUnsaved) return 'saved';
		if (!this.provider.isSynced || isOffline()) return 'no-line';
		return this.isFailing ? 'not-saved' : 'saving';
	}

	destroy(): void {
		if (this.asking) clearTimeout(this.asking);
		if (this.opening) clearTimeout(this.opening);
		globalThis.removeEventListener?.('offline', this.onLine);
		globalThis.removeEventListener?.('online', this.onLine);
		this.provider.destroy();
		this.document.destroy();
	}

	/** The server answers when all that it was sent before this question is stored. */
	private ask(): void {
		if (this.asking) clearTimeout(this.asking);
		this.asking = null;
		if (!this.isUnsaved || !this.provider.isInStep) return;
		this.provider.sendStateless(JSON.stringify({ type: 'keep', n: this.made }));
	}

	private hear(payload: string): void {
		const message = JSON.parse(payload) as { type: string; n: number };
		if (message.type === 'kept') this.kept = Math.max(this.kept, message.n);
		if (message.type === 'kept' || message.type === 'not-kept') {
			this.isFailing = message.type === 'not-kept';
			this.tell();
		}
	}

	private closed(reason: string): void {
		if (OPEN_ANEW.has(reason)) this.openAgain(OPEN_AGAIN_MS);
		else if (reason !== 'provider_initiated') this.refuse(reason);
	}

	private openAgain(delayMs: number): void {
		this.opening ??= setTimeout(() => {
			this.opening = null;
			this.provider.detach();
			this.provider.attach();
		}, delayMs);
	}

	private refuse(reason: string): void {
		this.reason = reason;
		// Not from inside the provider's own callback.
		setTimeout(() => this.provider.detach());
		this.tell();
	}

	private tell(): void {
		const { standing } = this;
		if (standing === this.told) return;
		this.told = standing;
		this.onStanding(standing);
	}
}

/** Where there is no such thing (in tests), the socket alone says it. */
function isOffline(): boolean {
	return globalThis.navigator?.onLine === false;
}
