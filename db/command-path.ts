/** The statements of migration 0003, as functions: what every change to a schedule goes through. */
import type { BlockIntent, BlockSituation, StoredBlock } from '../domain/scheduling/judge-block.ts';
import type { PlannedClaim, StoredAppointment } from '../domain/scheduling/planned-change.ts';
import type { ReadSituation, SituationQuery } from '../domain/scheduling/situation.ts';
import type { Verdict } from '../domain/scheduling/verdict.ts';
import { fromAppointmentColumns, toColumns, type AppointmentColumns } from './columns.ts';
import type { Database } from './database.ts';

/** One judged change, ready to be carried out. */
export interface Change {
	subject: { kind: 'appointment'; row: StoredAppointment } | { kind: 'block'; row: StoredBlock };
	/** The revision that was judged; `null` for something new. */
	expectedRevision: number | null;
	/** Every resource that is left or taken. */
	locks: string[];
	/** The working hours that the judge went by. */
	hours: { id: string; revision: number }[];
	/** `null`: what is taken stays as it is. */
	claims: PlannedClaim[] | null;
	event: { kind: string; before: object | null; after: object };
	/** Boards that show the change or showed it before: clinic and local date. */
	boards: [clinicId: string, date: string][];
	verdict: Verdict;
}

/** Whose intent it is, and what it said. */
export interface IntentKey {
	organizationId: string;
	userId: string;
	intentId: string;
	/** SHA-256 of the intent, hex. */
	intentHash: string;
}

export type CommitOutcome =
	| { state: 'committed' }
	/** Something changed since the situation was read: read and judge again. */
	| { state: 'stale' }
	/** This intent was judged before. */
	| { state: 'duplicate'; hash: string; verdict: Verdict };

/**
 * Carries out a change in one transaction: locks, revisions, verdict, row, claims, event, notification.
 * Throws the database's error when it refuses, with everything undone: 23P01 is an overlap.
 */
export async function commitChange(
	database: Database,
	key: IntentKey,
	change: Change
): Promise<CommitOutcome> {
	const { subject, claims } = change;
	const payload = {
		subject: subject.kind,
		expected: change.expectedRevision,
		row: toColumns({ organizationId: key.organizationId, ...subject.row }),
		locks: change.locks,
		hours: change.hours,
		...(claims === null ? {} : { claims }),
		event: change.event,
		boards: change.boards,
		verdict: change.verdict
	};
	const { rows } = await database.pool.query<{ outcome: CommitOutcome }>({
		name: 'commit_change',
		text: 'SELECT commit_change($1, $2, $3, $4, $5) AS outcome',
		values: [key.organizationId, key.userId, key.intentId, key.intentHash, JSON.stringify(payload)]
	});
	return rows[0]!.outcome;
}

/**
 * Stores the verdict on an intent that changed nothing.
 * @returns what is stored now: an earlier verdict on the same intent wins
 */
export async function recordVerdict(
	database: Database,
	key: IntentKey,
	verdict: Verdict
): Promise<{ hash: string; verdict: Verdict }> {
	const { rows } = await database.pool.query<{
		stored: { hash: string; verdict: Verdict };
	}>({
		name: 'record_verdict',
		text: 'SELECT record_verdict($1, $2, $3, $4, $5) AS stored',
		values: [key.organizationId, key.userId, key.intentId, key.intentHash, JSON.stringify(verdict)]
	});
	return rows[0]!.stored;
}

/** Reads in one statement what a placement is judged on. */
export async function readSituation(
	database: Database,
	organizationId: string,
	query: SituationQuery
): Promise<ReadSituation> {
	const { rows } = await database.pool.query<{ situation: SituationColumns }>({
		name: 'read_situation',
		text: `SELECT read_situation($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9) AS situation`,
		values: [
			organizationId,
			query.appointmentId,
			query.clinicId,
			query.practitionerId,
			query.roomId,
			query.serviceId,
			query.patientId,
			query.startsAt,
			query.durationMinutes
		]
	});
	const { appointment, claims, ...rest } = rows[0]!.situation;
	return {
		...rest,
		appointment: appointment && fromAppointmentColumns(appointment),
		claims: claims.map(({ appointmentId, blockId, ...claim }) => ({
			...claim,
			...(appointmentId === null ? {} : { appointmentId }),
			...(blockId === null ? {} : { blockId })
		}))
	};
}

/** Reads in one statement what an intent about a block is judged on. */
export async function readBlockSituation(
	database: Database,
	organizationId: string,
	intent: BlockIntent
): Promise<BlockSituation> {
	const wanted = intent.kind === 'block' ? intent.changes : null;
	const { rows } = await database.pool.query<{ situation: BlockSituation }>({
		name: 'read_block_situation',
		text: `SELECT read_block_situation($1, $2, $3, $4, to_timestamp($5::float8 / 1000), $6) AS situation`,
		values: [
			organizationId,
			intent.kind === 'unblock' ? intent.blockId : null,
			wanted?.clinicId,
			wanted?.resourceId,
			wanted?.startsAt,
			wanted?.durationMinutes
		]
	});
	return rows[0]!.situation;
}

type SituationColumns = Omit<ReadSituation, 'appointment' | 'claims'> & {
	appointment: AppointmentColumns | null;
	claims: {
		resourceId: string;
		start: number;
		end: number;
		appointmentId: string | null;
		blockId: string | null;
	}[];
};
