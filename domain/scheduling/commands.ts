/**
 * The one way to change a schedule, whoever asks: the board, the HTTP interface, later a connector or a job.
 * Read, judge, commit; when the database says that something changed in between, once more from the start.
 */
import { createHash } from 'node:crypto';
import { announce } from '../../db/announcements.ts';
import { commitChange, recordVerdict, type IntentKey } from '../../db/command-path.ts';
import type { Database } from '../../db/database.ts';
import { SQL_STATE, sqlStateOf } from '../../db/sql-state.ts';
import { addressOf } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import type { AppointmentSource } from './appointment.ts';
import { judgeDraft } from '../drafts/commands/judge-draft.ts';
import { judge } from './commands/judging.ts';
import { ownRevisionsOf } from './commands/own-revisions.ts';
import { sealedIntent } from './commands/sealed-intent.ts';
import type { Intent } from './intents.ts';
import type { JudgeOptions } from './judge-visit.ts';
import type { PlannedPart } from './planned-part.ts';
import type { Refusal } from './refusals.ts';
import type { Verdict } from './verdict.ts';

export interface CarryOutOptions {
	/** Epoch milliseconds; the present when left out. */
	now?: number;
	/** How a new visit came to be; `reception` when left out. */
	source?: AppointmentSource;
	/** Refuse after any change since `basedOnRevision`, not only one of the same field. */
	exactRevision?: boolean;
	/** Told of each time that something changed between reading and committing, with the database's code. */
	onRetry?: (sqlState: string) => void;
}

/**
 * People may meet on one time again and again, the more of them want it: 32 who want places in one group
 * have met more than eight times. This often is a fault or a storm.
 */
const MAX_ATTEMPTS = 16;

/** The database refused what had been judged legal: something changed in between. */
const JUDGE_AGAIN: readonly string[] = [
	SQL_STATE.exclusionViolation,
	SQL_STATE.serializationFailure,
	SQL_STATE.deadlockDetected,
	SQL_STATE.lockNotAvailable
];

/**
 * Carries out one intent in one transaction, at most once per author and intent id: a repeated intent gets the
 * verdict that is stored.
 * @returns after COMMIT: accepted with the new revision, adjusted where something is otherwise than the author could
 *   know, or refused with what is in the way and the nearest times that work. Throws only when the database cannot be reached or is at fault; then nothing was acknowledged, and
 *   the same intent may be given again.
 */
export async function carryOut(
	database: Database,
	actor: Actor,
	intent: Intent,
	options: CarryOutOptions = {}
): Promise<Verdict> {
	const draftId = intent.kind === 'together' ? (intent.draftId ?? null) : null;
	const judging: JudgeOptions = {
		now: options.now ?? Date.now(),
		source: options.source ?? 'reception',
		// What a draft does was seen by whoever carries it out; nothing may have come in between.
		exactRevision: options.exactRevision ?? draftId !== null,
		ownRevisions: await ownRevisionsOf(database, actor, intent)
	};
	const key: IntentKey = {
		organizationId: actor.organizationId,
		userId: actor.userId,
		intentId: intent.id,
		intentHash: intentHash(intent),
		address: addressOf(actor)
	};
	const refuseForGood = async (refusal: Refusal) =>
		storedVerdict(key, intent, await recordVerdict(database, key, refusedVerdict(intent, refusal)));
	const sealed = await sealedIntent(database, actor.organizationId, intent);
	for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
		const judged =
			draftId === null
				? await judge(database, actor, sealed, judging)
				: await judgeDraft(database, actor, draftId, () => judge(database, actor, sealed, judging));
		if (!judged.ok) return refuseForGood(judged.refusal);
		const verdict = acceptedVerdict(intent, judged.value);
		try {
			const outcome = await commitChange(database, key, judged.value, verdict, draftId);
			switch (outcome.state) {
				case 'committed':
					announceParts(database, actor.organizationId, judged.value);
					if (draftId !== null) announceDraft(database, actor.organizationId, draftId);
					return verdict;
				case 'draft-over':
					return refuseForGood({ code: 'draft-over' });
				case 'duplicate':
					return storedVerdict(key, intent, outcome);
				case 'override-limit':
					return refuseForGood({
						code: 'override-limit',
						obstacles: [{ resourceId: outcome.practitionerId, from: 0, until: 0 }]
					});
				case 'stale':
					options.onRetry?.('stale');
			}
		} catch (error) {
			const state = sqlStateOf(error);
			// Somebody else's visit or block already has the id that the author chose.
			if (state === SQL_STATE.uniqueViolation) {
				return refusedVerdict(intent, {
					code: 'invalid',
					field: idField(intent)
				});
			}
			// Not stored: what became of the offer stands with the offer.
			if (state === SQL_STATE.offerOver) return refusedVerdict(intent, { code: 'offer-over' });
			if (state === null || !JUDGE_AGAIN.includes(state)) throw error;
			options.onRetry?.(state);
		}
	}
	// Not stored: the same intent may be given again when the rush is over.
	return refusedVerdict(intent, { code: 'too-busy' });
}

function announceParts(
	database: Database,
	organizationId: string,
	parts: readonly PlannedPart[]
): void {
	for (const { subject, boards } of parts) {
		announce(database, { o: organizationId, b: boards, kind: subject.kind, id: subject.row.id });
	}
}

/** Those who have the draft open learn that it is over. */
function announceDraft(database: Database, organizationId: string, id: string): void {
	announce(database, { o: organizationId, b: [], kind: 'draft', id });
}

function acceptedVerdict(intent: Intent, parts: readonly PlannedPart[]): Verdict {
	const changed = parts.map(({ subject: { row } }) => ({
		subjectId: row.id,
		revision: row.revision
	}));
	const [first, ...others] = changed;
	const adjustments = parts.flatMap((part) => part.adjustments);
	return {
		intentId: intent.id,
		...(adjustments.length === 0
			? { outcome: 'accepted' as const }
			: { outcome: 'adjusted' as const, adjustments }),
		...first!,
		...(others.length === 0 ? {} : { others })
	};
}

function refusedVerdict(intent: Intent, refusal: Refusal): Verdict {
	return { intentId: intent.id, outcome: 'refused', refusal };
}

function storedVerdict(
	key: IntentKey,
	intent: Intent,
	stored: { hash: string; verdict: Verdict }
): Verdict {
	if (stored.hash === key.intentHash) return stored.verdict;
	return refusedVerdict(intent, { code: 'reused-key', field: 'id' });
}

function idField(intent: Intent): string {
	if (intent.kind === 'together') return 'parts';
	if (intent.kind === 'undo') return 'intentId';
	return 'blockId' in intent ? 'blockId' : 'appointmentId';
}

/** `madeAt` is left out: a request that is sent again is the same request. */
function intentHash(intent: Intent): string {
	const { madeAt: _, ...rest } = intent;
	return createHash('sha256').update(canonical(rest)).digest('hex');
}

/** JSON with sorted keys: the order in which a client writes its fields means nothing. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_, part: unknown) =>
		part !== null && typeof part === 'object' && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part
	);
}
