/** Drafts on the sync server: who wrote an entry is what the server says, and a draft that is over takes no more. */
import { isTransactionOrigin, type Document, type Hocuspocus } from '@hocuspocus/server';
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

/** Tells those who have a draft open that it was carried out or dropped, and takes no more from them. Never throws. */
export async function tellDraftOver(
	hocuspocus: Hocuspocus,
	{ database, log }: { database: Database; log: Logger },
	organizationId: string,
	draftId: string
): Promise<void> {
	const document = hocuspocus.documents.get(documentName({ kind: 'draft', draftId }));
	if (!document) return;
	try {
		const over = await draftEnd(database, organizationId, draftId);
		if (!over) return;
		for (const connection of document.getConnections()) connection.readOnly = true;
		document.broadcastStateless(JSON.stringify(over));
	} catch (fault) {
		// Whoever opens it again, or carries it out, hears so all the same.
		log.warn({ err: fault }, 'a draft that is over could not be told of');
	}
}
