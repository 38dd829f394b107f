/**
 * One kept document that somebody has open in this process: what of it is stored, who wrote since, and who waits to
 * hear that it is stored. Storing itself never throws: what failed is tried again.
 */
import { isTransactionOrigin, type Connection, type Document } from '@hocuspocus/server';
import * as Y from 'yjs';
import type { Actor } from '#domain/access/actor.ts';
import type { StoreRequest } from '#domain/kept-documents/commands.ts';
import type { KeptPlace, StoredState } from '#domain/kept-documents/queries.ts';
import type { ConnectionContext } from '../connection-context.ts';

/** Typing is stored together, and 'saved' still comes within a blink. */
const STORE_AFTER_MS = 400;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** The audit names whoever goes on writing once in this time. */
const AUDIT_EVERY_MS = 5 * 60_000;

/** What the server says on a kept document beside its content (docs/PROTOCOL.md). */
export type KeptMessage = { type: 'kept' | 'not-kept'; n: number };

export interface KeptRoomOptions {
	place: KeptPlace;
	document: Document;
	/** Stores it; the new revision, or `gone`. Rejects when it could not be. */
	store(request: StoreRequest): Promise<number | 'gone'>;
	/** Nothing is left to store and nobody has it open. */
	onIdle(): void;
	/** It was stored once and is not there any more. */
	onGone(): void;
	onFault(fault: unknown): void;
}

export class KeptRoom {
	readonly place: KeptPlace;
	readonly document: Document;
	private readonly options: KeptRoomOptions;
	private revision: number;
	/** Counts changes, and up to which of them the last store reached. */
	private changes = 0;
	private storedChanges = 0;
	/** Who wrote since the last store, the last one last. */
	private readonly authors = new Map<string, Actor>();
	private readonly audited = new Map<string, number>();
	/** Who waits to hear that their `n`th change is stored, and when it is: at `change`. */
	private readonly waiting = new Map<Connection, { n: number; change: number }>();
	/** An upper bound of the encoded size. */
	private bytes: number;
	private timer: NodeJS.Timeout | null = null;
	private storing: Promise<void> | null = null;
	private retryMs = FIRST_RETRY_MS;
	private isOver = false;

	constructor(options: KeptRoomOptions, stored: StoredState | null) {
		this.options = options;
		this.place = options.place;
		this.document = options.document;
		this.revision = stored?.revision ?? 0;
		this.bytes = stored?.state.byteLength ?? 0;
		if (stored) Y.applyUpdate(options.document, stored.state);
		// At once and not by Hocuspocus's hook, which comes a turn later: whoever asks next waits for this change too.
		options.document.on('update', (update: Uint8Array, origin: unknown) => {
			if (!isTransactionOrigin(origin) || origin.source !== 'connection') return;
			this.changed((origin.connection.context as ConnectionContext).actor, update.byteLength);
		});
	}

	/** Whether something of it is not stored. */
	get isDirty(): boolean {
		return this.changes > this.storedChanges;
	}

	/** @returns whether it stays within `limit` bytes with an update of so many */
	hasSpaceFor(updateBytes: number, limit: number): boolean {
		if (this.bytes + updateBytes > limit) {
			this.bytes = Y.encodeStateAsUpdate(this.document).byteLength;
		}
		return this.bytes + updateBytes <= limit;
	}

	/** A browser asks to be told when all that it sent so far is stored, which it calls its `n`th change. */
	asked(connection: Connection, n: number): void {
		if (!this.isDirty) return say(connection, { type: 'kept', n });
		this.waiting.set(connection, { n, change: this.changes });
	}

	/** Stores what is not stored yet, now. Never rejects. */
	async flush(): Promise<void> {
		await this.storing;
		if (this.isDirty && !this.isOver) await this.store();
	}

	/** Nothing is tried any more. */
	end(): void {
		this.isOver = true;
		if (this.timer) clearTimeout(this.timer);
		this.timer = null;
	}

	private changed(actor: Actor, updateBytes: number): void {
		this.changes++;
		this.bytes += updateBytes;
		this.wrote([actor]);
		this.storeIn(STORE_AFTER_MS);
	}

	private wrote(actors: readonly Actor[]): void {
		for (const actor of actors) {
			this.authors.delete(actor.userId);
			this.authors.set(actor.userId, actor);
		}
	}

	private storeIn(ms: number): void {
		if (this.isOver) return;
		this.timer ??= setTimeout(() => void this.store(), ms);
	}

	private store(): Promise<void> {
		if (this.timer) clearTimeout(this.timer);
		this.timer = null;
		this.storing ??= this.storeNow().finally(() => {
			this.storing = null;
			if (this.isDirty)
				this.storeIn(this.retryMs === FIRST_RETRY_MS ? STORE_AFTER_MS : this.retryMs);
			else if (this.document.getConnectionsCount() === 0) this.options.onIdle();
		});
		return this.storing;
	}

	private async storeNow(): Promise<void> {
		const upTo = this.changes;
		const authors = [...this.authors.values()];
		this.authors.clear();
		const toAudit = authors.filter(({ userId }) => this.isAuditDue(userId));
		try {
			const revision = await this.options.store({
				...{ place: this.place, knownRevision: this.revision, authors, toAudit },
				merge: (stored) => this.merged(stored)
			});
			if (revision === 'gone') {
				this.storedChanges = this.changes;
				this.options.onGone();
				return;
			}
			this.revision = revision;
			this.storedChanges = upTo;
			this.retryMs = FIRST_RETRY_MS;
			for (const { userId } of toAudit) this.audited.set(userId, performance.now());
			this.tell();
		} catch (fault) {
			// Those who wrote meanwhile wrote later.
			const later = [...this.authors.values()];
			this.authors.clear();
			this.wrote([...authors, ...later]);
			for (const [connection, { n }] of this.waiting) say(connection, { type: 'not-kept', n });
			this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
			this.options.onFault(fault);
		}
	}

	/** Takes in what another process stored, which everybody here is then sent. @returns the whole state */
	private merged(stored: Uint8Array | null): Uint8Array {
		if (stored) {
			Y.applyUpdate(this.document, stored, { source: 'local', skipStoreHooks: true });
		}
		const state = Y.encodeStateAsUpdate(this.document);
		this.bytes = state.byteLength;
		return state;
	}

	private tell(): void {
		for (const [connection, { n, change }] of this.waiting) {
			const isThere = this.document.hasConnection(connection);
			if (isThere && change > this.storedChanges) continue;
			this.waiting.delete(connection);
			if (isThere) say(connection, { type: 'kept', n });
		}
	}

	private isAuditDue(userId: string): boolean {
		const at = this.audited.get(userId);
		return at === undefined || performance.now() - at > AUDIT_EVERY_MS;
	}
}

function say(connection: Connection, message: KeptMessage): void {
	connection.sendStateless(JSON.stringify(message));
}
