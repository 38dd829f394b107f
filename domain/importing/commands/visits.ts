/** Imports appointments: read, judge in memory, store in batches of one transaction each. */
import type { Database } from '../../../db/database.ts';
import {
	markEstablished,
	readClaims,
	readFirstKept,
	readImportedVisits,
	storeVisits,
	VisitChangedMeanwhile
} from '../../../db/importing/visits.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { inOrganization } from '../../../db/transaction.ts';
import type { Directory } from '../directory.ts';
import type { ImportRun } from '../import-run.ts';
import { planVisits, type PlannedVisit, type VisitContext } from '../plan-visits.ts';
import { createTakenTime } from '../taken-time.ts';
import { resolveVisit, type WantedVisit } from '../wanted-visit.ts';
import { openImported, sealPlanned } from './notes.ts';

/** Visits in one transaction: locks on their resources are held no longer than a second or so. */
const BATCH = 1_000;
/** Claims reach beyond their visits by their buffers. */
const AROUND_MS = 24 * 3_600_000;
const MAX_ATTEMPTS = 5;

export async function importVisits(
	database: Database,
	run: ImportRun,
	directory: Directory
): Promise<void> {
	const rows = run.take('appointments');
	if (rows.length === 0) return;
	const wanted = rows.flatMap((checked) => {
		const resolved = resolveVisit(checked, directory);
		if (resolved.ok) return [resolved.value];
		run.refuse('appointments', checked, resolved.fault);
		return [];
	});
	if (wanted.length === 0) return;
	const context = await readContext(database, run, directory, wanted);
	const imported = await openImported(database, run.organizationId, context.imported);
	const plan = planVisits(wanted, { ...context, imported });
	for (const { visit, fault } of plan.refused) run.refuse('appointments', visit, fault);
	run.count('appointments', 'unchanged', plan.unchanged);
	// What gives up time before what takes it, which a later batch may rely on.
	const inOrder = [
		...plan.planned.filter(({ expectedRevision }) => expectedRevision !== null),
		...plan.planned.filter(({ expectedRevision }) => expectedRevision === null)
	];
	for (let start = 0; start < inOrder.length; start += BATCH) {
		const batch = inOrder.slice(start, start + BATCH);
		await storeBatch(database, run, batch);
		run.say(`  ${start + batch.length} of ${inOrder.length} appointments`);
	}
	await inOrganization(database, run.organizationId, (transaction) =>
		markEstablished(transaction, run.organizationId)
	);
}

async function readContext(
	database: Database,
	run: ImportRun,
	directory: Directory,
	wanted: readonly WantedVisit[]
): Promise<VisitContext> {
	const { organizationId, now } = run;
	return inOrganization(database, organizationId, async (transaction) => {
		const keys = wanted.map(({ key }) => key);
		const imported = await readImportedVisits(transaction, organizationId, keys);
		const firstKept = await readFirstKept(transaction, organizationId);
		for (const { told } of wanted) {
			const known = firstKept.get(told.patientId) ?? Infinity;
			if (told.status === 'fulfilled' && told.startsAt < known) {
				firstKept.set(told.patientId, told.startsAt);
			}
		}
		let [start, end] = [Infinity, -Infinity];
		for (const { told } of wanted) {
			start = Math.min(start, told.startsAt);
			end = Math.max(end, told.endsAt);
		}
		for (const { row } of imported.values()) {
			start = Math.min(start, row.startsAt);
			end = Math.max(end, row.endsAt);
		}
		const window = { start: start - AROUND_MS, end: end + AROUND_MS };
		const taken = createTakenTime();
		const keyById = new Map<string, string>();
		for (const claim of await readClaims(transaction, organizationId, window)) {
			const { appointmentId, blockId, key } = claim;
			taken.add([claim], appointmentId === null ? { blockId: blockId! } : { appointmentId });
			if (appointmentId !== null && key !== null) keyById.set(appointmentId, key);
		}
		return {
			now,
			directory,
			imported,
			firstKept,
			taken,
			keyOf: (id: string) => keyById.get(id),
			newId: () => crypto.randomUUID()
		};
	});
}

/** The database refused what had been judged possible: somebody was quicker. */
const MET_SOMEBODY: readonly (string | null)[] = [
	SQL_STATE.exclusionViolation,
	SQL_STATE.uniqueViolation
];
const TRY_AGAIN: readonly (string | null)[] = [
	SQL_STATE.deadlockDetected,
	SQL_STATE.serializationFailure,
	SQL_STATE.lockNotAvailable
];

/** Where somebody on a board was quicker, the batch is halved until only what is in their way is left out. */
async function storeBatch(
	database: Database,
	run: ImportRun,
	batch: readonly PlannedVisit[],
	attempt = 1
): Promise<void> {
	const { organizationId, requestId } = run;
	const sealed = await sealPlanned(database, organizationId, batch);
	try {
		await inOrganization(database, organizationId, (transaction) =>
			storeVisits(transaction, organizationId, sealed, requestId)
		);
	} catch (error) {
		const state = sqlStateOf(error);
		if (TRY_AGAIN.includes(state) && attempt < MAX_ATTEMPTS) {
			return storeBatch(database, run, batch, attempt + 1);
		}
		const isMet = MET_SOMEBODY.includes(state) || error instanceof VisitChangedMeanwhile;
		if (!isMet) throw error;
		if (batch.length === 1) {
			return run.refuse('appointments', batch[0]!, {
				field: null,
				reason:
					'met a change that somebody made on the board during the import. Please import again'
			});
		}
		const middle = Math.ceil(batch.length / 2);
		await storeBatch(database, run, batch.slice(0, middle));
		return storeBatch(database, run, batch.slice(middle));
	}
	for (const { expectedRevision } of batch) {
		run.count('appointments', expectedRevision === null ? 'taken' : 'updated', 1);
	}
}
