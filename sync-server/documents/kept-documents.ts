/**
 * Documents that lie in PostgreSQL: loaded when the first one opens them, stored a moment after each change and before
 * they are forgotten. Whoever writes is told after COMMIT that it is stored, and not before.
 */
import type { Connection, Document } from '@hocuspocus/server';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '#db/database.ts';
import type { Actor } from '#domain/access/actor.ts';
import { documentName, parseDocumentName } from '#domain/board/documents.ts';
import { storeKept, type StoreRequest } from '#domain/kept-documents/commands.ts';
import { KEPT_ROOTS, MAX_KEPT_BYTES, type KeptName } from '#domain/kept-documents/kept-name.ts';
import { readKept } from '#domain/kept-documents/queries.ts';
import { accessToKept, type KeptAccess } from '#domain/kept-documents/queries/access.ts';
import { tellMentioned } from '#domain/notes/commands.ts';
import type { Transaction } from '#db/transaction.ts';
import { CLOSE, REFUSE } from '../close-codes.ts';
import type { ConnectionContext } from '../connection-context.ts';
import { judgeUpdate } from './judge-update.ts';
import { KeptRoom } from './kept-room.ts';
import { mentionsIn } from './note-mentions.ts';

/** An organization that asked for a name has this long to open it before another's may be loaded under it. */
const CLAIM_MS = 60_000;

/** The one message that a browser sends beside a document. */
const keepMessage = z.strictObject({
	type: z.literal('keep'),
	n: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
});

export interface KeptDocumentsParts {
	database: Database;
	log: Logger;
	/** Told of a draft that is over and is open here as if it were not. */
	onDraftOver(organizationId: string, draftId: string): void;
}

export class KeptDocuments {
	private readonly rooms = new Map<string, KeptRoom>();
	/**
	 * Whose document a name means while it is open: ids are unique within an organization, and Hocuspocus knows names
	 * alone. `at`: when it was asked for (`performance.now()`).
	 */
	private readonly claims = new Map<string, { organizationId: string; at: number }>();
	private readonly database: Database;
	private readonly log: Logger;
	private readonly onDraftOver: KeptDocumentsParts['onDraftOver'];

	constructor({ database, log, onDraftOver }: KeptDocumentsParts) {
		this.database = database;
		this.log = log;
		this.onDraftOver = onDraftOver;
	}

	/** Checks that somebody may open a document. @returns whether they may only read it; throws `{reason}` */
	async judge(name: KeptName, actor: Actor): Promise<{ readOnly: boolean }> {
		const access = await accessToKept(this.database, actor, name);
		if (access === 'not-found') throw REFUSE.notFound;
		if (access === 'forbidden') throw REFUSE.forbidden;
		this.claim(documentName(name), actor.organizationId);
		return { readOnly: access === 'read' };
	}

	/** Fills a document that is being opened with what is stored. */
	async load(name: KeptName, document: Document, forget: () => void): Promise<void> {
		const organizationId = this.claims.get(document.name)?.organizationId;
		if (organizationId === undefined) throw REFUSE.unavailable;
		const place = { organizationId, name };
		const stored = await readKept(this.database, place);
		if (stored === 'unreadable') throw REFUSE.unreadable;
		const room = new KeptRoom(
			{
				...{ place, document },
				store: (request) => this.store(request, document),
				onIdle: forget,
				onGone: () => this.closeAll(document, REFUSE.notFound.reason),
				onFault: (fault) =>
					this.log.error({ err: fault }, 'a document could not be stored, trying again')
			},
			stored
		);
		// Its opener asks for all of it: unsaid, what was just filled in would be sent as a change as well.
		document.flush();
		this.rooms.set(document.name, room);
	}

	/** Looks through what a client sends before it is applied; throws the code for which its document is closed. */
	judgeUpdate(name: KeptName, document: Document, bytes: Uint8Array): void {
		const room = this.rooms.get(document.name);
		if (room?.document !== document) throw CLOSE.goingAway;
		const judgement = judgeUpdate(document, bytes, KEPT_ROOTS[name.kind]);
		if (judgement === 'ahead') throw CLOSE.outOfStep;
		if (judgement === 'malformed') throw CLOSE.malformed;
		if (!room.hasSpaceFor(bytes.byteLength, MAX_KEPT_BYTES)) throw CLOSE.tooLarge;
	}

	/** A browser asks to be told when what it sent is stored. Never throws. */
	asked(document: Document, connection: Connection, payload: string): void {
		const parsed = keepMessage.safeParse(parseJson(payload));
		if (parsed.success) this.rooms.get(document.name)?.asked(connection, parsed.data.n);
	}

	/** @returns whether a document may be forgotten; what is not stored yet is stored first */
	mayForget(documentName: string): boolean {
		const room = this.rooms.get(documentName);
		if (!room?.isDirty) return true;
		void room.flush();
		return false;
	}

	/** A document was forgotten. */
	forget(documentName: string): void {
		this.rooms.get(documentName)?.end();
		this.rooms.delete(documentName);
		this.claims.delete(documentName);
	}

	/**
	 * Closes documents on connections whose people may not open them any longer: a visit moved to somebody else. A draft
	 * that is over stays open to be read, and is told of once more.
	 */
	async review(): Promise<void> {
		for (const { document, place } of this.rooms.values()) {
			// Whose day it is does not change; roles that do close the socket.
			if (place.name.kind === 'handover') continue;
			const judged = new Map<string, KeptAccess>();
			for (const connection of document.getConnections()) {
				const { actor } = connection.context as ConnectionContext;
				const access =
					judged.get(actor.userId) ?? (await accessToKept(this.database, actor, place.name));
				judged.set(actor.userId, access);
				if (access === (connection.readOnly ? 'read' : 'write')) continue;
				if (place.name.kind === 'draft' && access === 'read') {
					this.onDraftOver(place.organizationId, place.name.draftId);
				} else connection.close({ code: 4403, reason: REFUSE.forbidden.reason });
			}
		}
	}

	/** Stores all that is not stored. */
	async close(): Promise<void> {
		await Promise.all([...this.rooms.values()].map((room) => room.flush()));
		for (const room of this.rooms.values()) room.end();
	}

	private store(request: StoreRequest, document: Document): Promise<number | 'gone'> {
		const { organizationId, name } = request.place;
		if (name.kind === 'draft') return storeKept(this.database, request);
		const also = (transaction: Transaction) =>
			tellMentioned(transaction, { organizationId, name }, request.authors, mentionsIn(document));
		return storeKept(this.database, { ...request, also });
	}

	private closeAll(document: Document, reason: string): void {
		for (const connection of document.getConnections()) connection.close({ code: 4404, reason });
	}

	private claim(documentName: string, organizationId: string): void {
		const claim = this.claims.get(documentName);
		const isFree =
			!claim ||
			claim.organizationId === organizationId ||
			(!this.rooms.has(documentName) && performance.now() - claim.at > CLAIM_MS);
		if (!isFree) throw REFUSE.notFound;
		this.claims.set(documentName, { organizationId, at: performance.now() });
	}
}

/** @returns the parts of a kept document's name, or `null` for all others */
export function keptNameOf(text: string): KeptName | null {
	const name = parseDocumentName(text);
	return name?.kind === 'handover' || name?.kind === 'visit-note' || name?.kind === 'draft'
		? name
		: null;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
