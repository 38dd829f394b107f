/** Drafts on the sync server: who wrote an entry is what the server says, and a draft that is over takes no more. */
import {
	isTransactionOrigin,
	type Connection,
	type Document,
	type Hocuspocus
} from '@hocuspocus/server';
import type { Logger } from 'pino';
import type { Database } from '#db/database.ts';
import { documentName } from '#domain/board/documents.ts';
import { CHANGES_MAP } from '#domain/drafts/draft-document.ts';
import { draftEnd } from '#domain/drafts/queries.ts';
import type { ConnectionContext } from '../connection-context.ts';

/**
 * Sees to it that each entry names whoever put it there. An honest browser does so by itself; for any other it is put
 * right in the same transaction, before anybody sees it.
 */
export function stampAuthors(document: Document): void {
	const entries = document.getMap(CHANGES_MAP);
	entries.observe(({ keysChanged }, { origin }) => {
		if (!isTransactionOrigin(origin) || origin.source !== 'connection') return;
		const { userId, name } = (origin.connection.context as ConnectionContext).actor;
		for (const key of keysChanged) {
			const entry = entries.get(key);
			// What is no entry is shown as such by every browser.
			if (typeof entry !== 'object' || entry === null || entry.constructor !== Object) continue;
			const by = (entry as { by?: { userId?: unknown; name?: unknown } }).by;
			if (by?.userId === userId && by.name === name) continue;
			entries.set(key, { ...entry, by: { userId, name } });
		}
	});
}

interface Parts {
	database: Database;
	log: Logger;
}

/** Tells those who have a draft open that it was carried out or dropped, and takes no more from them. Never throws. */
export async function tellDraftOver(
	hocuspocus: Hocuspocus,
	parts: Parts,
	organizationId: string,
	draftId: string
): Promise<void> {
	const document = hocuspocus.documents.get(documentName({ kind: 'draft', draftId }));
	if (document) await tell(document.getConnections(), parts, organizationId, draftId);
}

/** Tells whoever opens a draft that it is over: it may have ended while their line was away. Never throws. */
export async function tellOpener(
	connection: Connection<ConnectionContext>,
	parts: Parts,
	draftId: string
): Promise<void> {
	await tell([connection], parts, connection.context.actor.organizationId, draftId);
}

async function tell(
	connections: Connection[],
	{ database, log }: Parts,
	organizationId: string,
	draftId: string
): Promise<void> {
	try {
		const over = await draftEnd(database, organizationId, draftId);
		if (!over) return;
		for (const connection of connections) {
			connection.readOnly = true;
			connection.sendStateless(JSON.stringify(over));
		}
	} catch (fault) {
		// Whoever opens it again, or carries it out, hears so all the same.
		log.warn({ err: fault }, 'a draft that is over could not be told of');
	}
}
