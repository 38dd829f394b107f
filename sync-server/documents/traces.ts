/** What is asked of the sync server and leaves a trace in the audit: people opened, documents and intents refused. */
import { auditAlone } from '#domain/access/commands/audit.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { RefusedAttempt } from '#domain/access/commands/refusals.ts';
import { isDenial } from '#domain/access/denial.ts';
import type { Database } from '#db/database.ts';
import { parseDocumentName, type DocumentName } from '#domain/board/documents.ts';
import { isKept } from '#domain/kept-documents/kept-name.ts';
import { subjectOfKept } from '#domain/kept-documents/commands.ts';
import { subjectIdOf, type Intent, type Part } from '#domain/scheduling/intents.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { REFUSE } from '../close-codes.ts';

/** Ids that the audit keeps of one refusal. */
const MOST_TOLD = 20;

/** Writes down that somebody opens a day's patients, or a note, which may name some. Where it cannot be written, they are not shown: it throws. */
export async function traceOpening(
	database: Database,
	actor: Actor,
	name: DocumentName
): Promise<void> {
	if (name.kind === 'handover' || name.kind === 'visit-note') {
		await auditAlone(database, actor, { kind: 'note-opened', ...subjectOfKept(name) });
	}
	if (name.kind !== 'people') return;
	await auditAlone(database, actor, {
		kind: 'people-opened',
		clinicId: name.clinicId,
		detail: { date: name.date, view: name.practitionerId ?? 'all' }
	});
}

/**
 * @param reason that the browser is told
 * @returns what the audit says about a document that was refused, or `null` when it was no matter of rights
 */
export function refusedOpening(text: string, reason: string | undefined): RefusedAttempt | null {
	if (reason !== REFUSE.forbidden.reason && reason !== REFUSE.notFound.reason) return null;
	const name = parseDocumentName(text);
	// What names no document is no message of ours: its socket is closed before it comes here.
	if (!name) return null;
	if (name.kind === 'desk') {
		return {
			subject: { kind: 'user', id: name.userId },
			detail: { document: name.kind, code: reason }
		};
	}
	if (isKept(name)) {
		const { detail, ...subject } = subjectOfKept(name);
		return { ...subject, detail: { ...detail, document: name.kind, code: reason } };
	}
	const view = name.kind === 'people' ? (name.practitionerId ?? 'all') : 'board';
	return {
		clinicId: name.clinicId,
		detail: { document: name.kind, date: name.date, view, code: reason }
	};
}

/** @returns what the audit says about an intent that was refused, or `null` when it was no matter of rights */
export function refusedIntent(intent: Intent, verdict: Verdict): RefusedAttempt | null {
	if (verdict.outcome !== 'refused' || !isDenial(verdict.refusal)) return null;
	const { code, field, parts } = verdict.refusal;
	const detail = { intent: intent.kind, code, ...(field === undefined ? {} : { field }) };
	if (intent.kind === 'together') {
		const denied = (parts ?? []).filter((part) => isDenial(part.refusal));
		return {
			detail: { ...detail, subjectIds: denied.map((part) => part.subjectId).slice(0, MOST_TOLD) }
		};
	}
	if (intent.kind === 'undo') return { detail };
	return {
		subject: { kind: 'blockId' in intent ? 'block' : 'appointment', id: subjectIdOf(intent) },
		clinicId: clinicOf(intent),
		detail
	};
}

function clinicOf(part: Part | Intent): string | null {
	return part.kind === 'book' || part.kind === 'block' ? part.changes.clinicId : null;
}
