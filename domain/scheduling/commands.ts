/**
 * The one way to change a schedule, whoever asks: the board, the HTTP interface, later a connector or a job.
 * Read, judge, commit; when the database says that something changed in between, once more from the start.
 */
import { createHash } from 'node:crypto';
import { announce } from '../../db/announcements.ts';
import {
	commitChange,
	readBlockSituation,
	readSituation,
	recordVerdict,
	type Change,
	type IntentKey
} from '../../db/command-path.ts';
import type { Database } from '../../db/database.ts';
import { SQL_STATE, sqlStateOf } from '../../db/sql-state.ts';
import type { Actor } from '../access/actor.ts';
import { findAlternatives } from '../availability/queries/alternatives.ts';
import type { AppointmentSource } from './appointment.ts';
import type { Intent } from './intents.ts';
import { judgeBlock } from './judge-block.ts';
import {
	isVisitIntent,
	judgeVisit,
	situationQueryFor,
	type JudgeOptions,
	type VisitIntent
} from './judge-visit.ts';
import { accept, refuse, type Refusal, type Result } from './refusals.ts';
import type { ReadSituation } from './situation.ts';
import type { Verdict } from './verdict.ts';

export interface CarryOutOptions {
	/** Epoch milliseconds; the present when left out. */
	now?: number;
	/** How a new visit came to be; `reception` when left out. */
	source?: AppointmentSource;
	/** Refuse after any change since `basedOnRevision`, not only one of the same field. */
	exactRevision?: boolean;
}

/** A judged change without its verdict, or the refusal. */
type Judged = Result<Omit<Change, 'verdict'>>;

/** Two people may meet on one time again and again; this often is a fault or a storm. */
const MAX_ATTEMPTS = 8;

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
 * @returns after COMMIT: accepted with the new revision, or refused with what is in the way and the nearest times
 *   that work. Throws only when the database cannot be reached or is at fault; then nothing was acknowledged, and
 *   the same intent may be given again.
 */
export async function carryOut(
	database: Database,
	actor: Actor,
	intent: Intent,
	options: CarryOutOptions = {}
): Promise<Verdict> {
	const judging: JudgeOptions = {
		now: options.now ?? Date.now(),
		source: options.source ?? 'reception',
		exactRevision: options.exactRevision ?? false
	};
	const key: IntentKey = {
		organizationId: actor.organizationId,
		userId: actor.userId,
		intentId: intent.id,
		intentHash: intentHash(intent)
	};
	for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
		const judged = await judge(database, actor, intent, judging);
		if (!judged.ok) {
			const verdict = refusedVerdict(intent, judged.refusal);
			return storedVerdict(key, intent, await recordVerdict(database, key, verdict));
		}
		const { subject } = judged.value;
		const verdict: Verdict = {
			intentId: intent.id,
			outcome: 'accepted',
			subjectId: subject.row.id,
			revision: subject.row.revision
		};
		try {
			const outcome = await commitChange(database, key, {
				...judged.value,
				verdict
			});
			if (outcome.state === 'committed') {
				announce(database, {
					o: actor.organizationId,
					b: judged.value.boards,
					kind: subject.kind,
					id: subject.row.id
				});
				return verdict;
			}
			if (outcome.state === 'duplicate') return storedVerdict(key, intent, outcome);
		} catch (error) {
			const state = sqlStateOf(error);
			// Somebody else's visit or block already has the id that the author chose.
			if (state === SQL_STATE.uniqueViolation) {
				return refusedVerdict(intent, {
					code: 'invalid',
					field: idField(intent)
				});
			}
			if (state === null || !JUDGE_AGAIN.includes(state)) throw error;
		}
	}
	// Not stored: the same intent may be given again when the rush is over.
	return refusedVerdict(intent, { code: 'too-busy' });
}

async function judge(
	database: Database,
	actor: Actor,
	intent: Intent,
	options: JudgeOptions
): Promise<Judged> {
	if (!isVisitIntent(intent)) {
		const situation = await readBlockSituation(database, actor.organizationId, intent);
		const judged = judgeBlock(intent, situation, actor);
		if (!judged.ok) return judged;
		const { row, ...change } = judged.value;
		return accept({ ...change, hours: [], subject: { kind: 'block', row } });
	}
	const query = situationQueryFor(intent);
	const read = await readSituation(database, actor.organizationId, query);
	const judged = judgeVisit(intent, read, actor, options);
	if (!judged.ok) return withAlternatives(database, actor, intent, read, judged.refusal, options);
	const { row, ...change } = judged.value;
	return accept({ ...change, subject: { kind: 'appointment', row } });
}

/** Refusals that another time would cure. */
const CURED_BY_ANOTHER_TIME: readonly Refusal['code'][] = [
	'practitioner-busy',
	'practitioner-blocked',
	'room-busy',
	'room-blocked',
	'patient-busy',
	'outside-hours',
	'on-break'
];

async function withAlternatives(
	database: Database,
	actor: Actor,
	intent: VisitIntent,
	read: ReadSituation,
	refusal: Refusal,
	options: JudgeOptions
): Promise<Result<never>> {
	const { code, ...detail } = refusal;
	if (!CURED_BY_ANOTHER_TIME.includes(code)) return refuse(code, detail);
	const alternatives = await findAlternatives(database, actor.organizationId, {
		read,
		query: situationQueryFor(intent),
		notBefore: options.now
	});
	return refuse(code, { ...detail, alternatives });
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
	return isVisitIntent(intent) ? 'appointmentId' : 'blockId';
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
