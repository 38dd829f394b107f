/** The statements of migrations 0003, 0008, 0010 and 0015, as functions: what every change to a schedule goes through. */
import type { BlockPart, BlockSituation } from '../domain/scheduling/judge-block.ts';
import type { PlannedPart } from '../domain/scheduling/planned-part.ts';
import type { ReadSituation, SituationQuery } from '../domain/scheduling/situation.ts';
import type { Verdict } from '../domain/scheduling/verdict.ts';
import { fromAppointmentColumns, toColumns, type AppointmentColumns } from './columns.ts';
import type { Database } from './database.ts';
import { poolOf, statementsOf } from './pool.ts';
import type { Transaction } from './transaction.ts';

/** Whose intent it is, and what it said. */
export interface IntentKey {
	organizationId: string;
	userId: string;
	intentId: string;
	/** SHA-256 of the intent, hex. */
	intentHash: string;
	/** Where it came from, for the history; empty: not known. */
	address: string;
}

export type CommitOutcome =
	| { state: 'committed' }
	/** Something changed since the situation was read: read and judge again. */
	| { state: 'stale' }
	/** This practitioner's day has as many overrides as agreed; nothing was done. */
	| { state: 'override-limit'; practitionerId: string }
	/** The draft that it carries out was carried out or dropped before; nothing was done. */
	| { state: 'draft-over' }
	/** This intent was judged before. */
	| { state: 'duplicate'; hash: string; verdict: Verdict };

/**
 * Carries out judged changes in one transaction: locks, revisions, verdict, rows, claims, events. All or nothing.
 * Throws the database's error when it refuses, with everything undone: 23P01 is an overlap.
 * @param draftId the draft that is carried out by it, and is over with it
 */
export async function commitChange(
	database: Database,
	key: IntentKey,
	parts: readonly PlannedPart[],
	verdict: Verdict,
	draftId: string | null = null
): Promise<CommitOutcome> {
	const endHolds = parts.flatMap((part) => part.endHolds);
	const ids = parts.map(({ subject }) => subject.row.id);
	const overrides = parts.flatMap(({ override }) => (override === null ? [] : [override]));
	const payload = {
		locks: unique(parts.flatMap(({ locks }) => locks)),
		shared: unique(parts.flatMap(({ shared }) => shared)),
		hours: parts.flatMap(({ hours }) => hours),
		...(endHolds.length === 0 ? {} : { endHolds }),
		...(overrides.length === 0 ? {} : { overrides: overridesByDay(overrides, ids) }),
		verdict,
		changes: parts.some(({ expectedRevision }) => expectedRevision !== null),
		parts: parts.map(({ subject, expectedRevision, claims, event, boards }) => ({
			subject: subject.kind,
			expected: expectedRevision,
			row: withoutNulls(toColumns({ organizationId: key.organizationId, ...subject.row })),
			...(claims === null ? {} : { claims }),
			event,
			boards
		}))
	};
	const values = [
		...[key.organizationId, key.userId, key.intentId, key.intentHash, JSON.stringify(payload)],
		key.address
	];
	// The address first: it is the default of a column of `events`.
	const { rows } = await poolOf(database).query<{ outcome: CommitOutcome }>(
		draftId === null
			? {
					name: 'commit_change',
					text: `SELECT commit_change($1, $2, $3, $4, $5) AS outcome
						FROM set_config('dayboard.address', $6, true) OFFSET 0`,
					values
				}
			: {
					name: 'commit_draft',
					text: `SELECT commit_draft($1, $2, $3, $4, $5, $7) AS outcome
						FROM set_config('dayboard.address', $6, true) OFFSET 0`,
					values: [...values, draftId]
				}
	);
	return rows[0]!.outcome;
}

/** What is left out is null to `jsonb_populate_record`. */
function withoutNulls(row: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

const unique = (ids: readonly string[]) => [...new Set(ids)];

/** Several overrides of one day take that many of its places. */
function overridesByDay(
	overrides: readonly NonNullable<PlannedPart['override']>[],
	except_ids: readonly string[]
) {
	const days = Map.groupBy(overrides, ({ practitionerId, from }) => `${practitionerId}/${from}`);
	return [...days.values()].map((same) => ({
		...same[0]!,
		...{ taking: same.length, except_ids }
	}));
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
	const { rows } = await poolOf(database).query<{
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
	where: Database | Transaction,
	organizationId: string,
	query: SituationQuery
): Promise<ReadSituation> {
	const { rows } = await statementsOf(where).query<{ situation: SituationColumns }>({
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
	const { appointment, ...rest } = rows[0]!.situation;
	const withHours = [rest.clinic, rest.room, ...rest.support].filter((one) => one?.hasHours);
	return {
		...rest,
		withHours: withHours.map((one) => one!.id),
		appointment: appointment && fromAppointmentColumns(appointment)
	};
}

/** Reads in one statement what an intent about a block is judged on. */
export async function readBlockSituation(
	database: Database,
	organizationId: string,
	intent: BlockPart
): Promise<BlockSituation> {
	const wanted = intent.kind === 'block' ? intent.changes : null;
	const { rows } = await poolOf(database).query<{ situation: BlockSituation }>({
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

type SituationColumns = Omit<ReadSituation, 'appointment' | 'withHours'> & {
	appointment: AppointmentColumns | null;
};
