/** Who may open which document. Default deny: a name that is not listed here opens nothing. */
import type { Database } from '#db/database.ts';
import { authorize, readableScope } from '#domain/access/authorize.ts';
import { NO_EPOCH, parseDocumentName, type DocumentName } from '#domain/board/documents.ts';
import { isKept } from '#domain/kept-documents/kept-name.ts';
import { clinicsOf } from '#domain/directory/queries.ts';
import { REFUSE } from '../close-codes.ts';
import type { ConnectionContext } from '../connection-context.ts';
import type { BoardRooms } from './board-rooms.ts';
import type { KeptDocuments } from './kept-documents.ts';

/** A browser has one board, its people and a desk open, and the next day's while it turns a page. */
export const MAX_DOCUMENTS_PER_SOCKET = 12;

/**
 * Checks that a document may be opened on a connection.
 * @returns the name, and whether its opener may only read it; throws `{reason}`, which reaches the browser
 */
export async function judgeOpening(
	documentName: string,
	context: ConnectionContext,
	parts: { database: Database; rooms: BoardRooms; kept: KeptDocuments }
): Promise<{ name: DocumentName; readOnly: boolean }> {
	const name = parseDocumentName(documentName);
	if (!name) throw REFUSE.notFound;
	if (context.socket.documents >= MAX_DOCUMENTS_PER_SOCKET) throw REFUSE.tooMany;
	const { actor } = context;
	if (name.kind === 'desk') {
		if (name.userId !== actor.userId) throw REFUSE.forbidden;
		return { name, readOnly: false };
	}
	if (isKept(name)) return { name, ...(await parts.kept.judge(name, actor)) };
	// Also says whether the clinic belongs to the actor's organization: a stranger's clinic is not there.
	const clinics = await clinicsOf(parts.database, actor);
	if (!clinics.some((clinic) => clinic.id === name.clinicId)) throw REFUSE.notFound;
	const subject = {
		organizationId: actor.organizationId,
		clinicId: name.clinicId,
		practitionerId: null
	};
	const allowed = {
		board: () => authorize(actor, 'board.read', subject),
		people: () => mayReadPeople(context, name.clinicId, practitionerOf(name)),
		'masked-people': () => authorize(actor, 'people.read-masked', subject)
	}[name.kind]();
	if (!allowed) throw REFUSE.forbidden;
	const room = parts.rooms.open(actor.organizationId, name.clinicId, name.date);
	if (name.epoch === NO_EPOCH || name.epoch !== room.epoch) {
		throw { reason: `stale-epoch:${room.epoch}` };
	}
	return { name, readOnly: true };
}

function practitionerOf(name: DocumentName): string | null {
	return name.kind === 'people' ? name.practitionerId : null;
}

function mayReadPeople(
	{ actor }: ConnectionContext,
	clinicId: string,
	practitionerId: string | null
): boolean {
	const scope = readableScope(actor, 'people.read', clinicId);
	if (scope === 'all') return true;
	return practitionerId !== null && scope.includes(practitionerId);
}
