/** Imported visits: read to be compared, stored in bulk with claims, events and the boards' notifications. */
import type { AppointmentStatus } from '../../domain/scheduling/appointment.ts';
import { CHANGES_CHANNEL } from '../../domain/board/feed.ts';
import type { ImportedVisit, PlannedVisit } from '../../domain/importing/plan-visits.ts';
import type { ToldVisit } from '../../domain/importing/wanted-visit.ts';
import type { Interval } from '../../domain/scheduling/intervals.ts';
import type { StoredAppointment } from '../../domain/scheduling/stored-appointment.ts';
import { insertRows } from '../bulk-insert.ts';
import { toColumns } from '../columns.ts';
import type { Transaction } from '../transaction.ts';

/** The kind of event that an import leaves in a visit's history. */
export const IMPORT_EVENT = 'import';

/** Somebody changed a visit after it was read. */
export class VisitChangedMeanwhile extends Error {
	override readonly name = 'VisitChangedMeanwhile';
}

const instant = (epochMs: number) => new Date(epochMs).toISOString();

const ROW = `json_build_object('id', a.id, 'clinicId', a.clinic_id, 'practitionerId', a.practitioner_id,
	'roomId', a.room_id, 'serviceId', a.service_id, 'patientId', a.patient_id, 'startsAt', epoch_ms(a.starts_at),
	'endsAt', epoch_ms(a.ends_at), 'status', a.status, 'cancelReason', a.cancel_reason, 'newPatient', a.new_patient,
	'source', a.source, 'remark', a.remark, 'revision', a.revision, 'placementRevision', a.placement_revision,
	'statusRevision', a.status_revision, 'remarkRevision', a.remark_revision, 'confirmedAt', epoch_ms(a.confirmed_at), 'confirmedBy', a.confirmed_by,
	'confirmationRevision', a.confirmation_revision, 'bookedAt', epoch_ms(a.booked_at))`;

/** @returns the visits that earlier imports made, by key, with what the files said about them. */
export async function readImportedVisits(
	transaction: Transaction,
	organizationId: string,
	keys: readonly string[]
): Promise<Map<string, ImportedVisit>> {
	const { rows } = await transaction.$client.query<{ key: string; row: StoredAppointment }>(
		`SELECT a.import_key AS key, ${ROW} AS row FROM appointments a
			WHERE a.organization_id = $1 AND a.import_key = ANY($2)`,
		[organizationId, keys]
	);
	const told = await transaction.$client.query<{ id: string; after: Partial<ToldVisit> }>(
		`SELECT subject_id AS id, after FROM events
			WHERE organization_id = $1 AND subject_id = ANY($2) AND kind = '${IMPORT_EVENT}' ORDER BY id`,
		[organizationId, rows.map(({ row }) => row.id)]
	);
	const lastTold = new Map<string, Partial<ToldVisit>>();
	for (const { id, after } of told.rows) lastTold.set(id, { ...lastTold.get(id), ...after });
	return new Map(rows.map(({ key, row }) => [key, { row, lastTold: lastTold.get(row.id) ?? {} }]));
}

export interface StoredClaim {
	resourceId: string;
	start: number;
	end: number;
	appointmentId: string | null;
	blockId: string | null;
	/** Key of the appointment in a file, where it came from one. */
	key: string | null;
}

/** @returns what is taken during `window` (epoch milliseconds), anywhere in the organization. */
export async function readClaims(
	transaction: Transaction,
	organizationId: string,
	window: Interval
): Promise<StoredClaim[]> {
	const { rows } = await transaction.$client.query<StoredClaim>(
		`SELECT c.resource_id AS "resourceId", epoch_ms(c.starts_at)::float8 AS start,
				epoch_ms(c.ends_at)::float8 AS end, c.appointment_id AS "appointmentId",
				c.block_id AS "blockId", a.import_key AS key
			FROM claims c LEFT JOIN appointments a
				ON a.organization_id = c.organization_id AND a.id = c.appointment_id
			WHERE c.organization_id = $1 AND c.hold_id IS NULL AND c.starts_at < $3 AND c.ends_at > $2`,
		[organizationId, instant(window.start), instant(window.end)]
	);
	return rows;
}

/** The statuses of a visit at which the patient was there. */
const KEPT: readonly AppointmentStatus[] = ['arrived', 'checked-in', 'fulfilled'];

/** @returns patient id → start (epoch milliseconds) of the first visit to which the patient came. */
export async function readFirstKept(
	transaction: Transaction,
	organizationId: string
): Promise<Map<string, number>> {
	const { rows } = await transaction.$client.query<{ id: string; start: number }>(
		`SELECT patient_id AS id, epoch_ms(min(starts_at))::float8 AS start FROM appointments
			WHERE organization_id = $1 AND status = ANY($2) GROUP BY patient_id`,
		[organizationId, KEPT]
	);
	return new Map(rows.map(({ id, start }) => [id, start]));
}

/**
 * Stores planned visits with what follows from them.
 * @param requestId names the import in the history
 * Throws VisitChangedMeanwhile, or the database's error: 23P01 is an overlap that came about meanwhile.
 */
export async function storeVisits(
	transaction: Transaction,
	organizationId: string,
	planned: readonly PlannedVisit[],
	requestId: string
): Promise<void> {
	const { $client } = transaction;
	const resources = [...new Set(planned.flatMap((visit) => visit.resources))];
	// In the order of commit_change (migration 0003), so that nobody waits for another in a ring.
	await $client.query(
		`SELECT pg_advisory_xact_lock(hashtextextended(id::text, 0))
			FROM (SELECT unnest($1::uuid[]) AS id ORDER BY 1) AS sorted`,
		[resources]
	);
	const added = planned.filter(({ expectedRevision }) => expectedRevision === null);
	const changed = planned.filter(({ expectedRevision }) => expectedRevision !== null);
	await insertRows(
		transaction,
		'appointments',
		added.map((visit) => appointmentColumns(organizationId, visit))
	);
	await updateVisits(transaction, organizationId, changed);
	await insertRows(
		transaction,
		'claims',
		planned.flatMap(({ row, claims }) =>
			claims.map(({ resourceId, start, end }) => ({
				organization_id: organizationId,
				resource_id: resourceId,
				busy: `[${instant(start)},${instant(end)})`,
				appointment_id: row.id,
				exclusive: true
			}))
		)
	);
	const at = new Date().toISOString();
	await insertRows(
		transaction,
		'events',
		planned.map(({ row, event }) => ({
			organization_id: organizationId,
			at,
			request_id: requestId,
			subject_kind: 'appointment',
			subject_id: row.id,
			kind: IMPORT_EVENT,
			clinic_id: row.clinicId,
			before: event.before,
			after: event.after
		}))
	);
	await $client.query(
		`SELECT pg_notify('${CHANGES_CHANNEL}', message) FROM unnest($1::text[]) message`,
		[
			planned.map(({ row, boards }) =>
				JSON.stringify({ o: organizationId, b: boards, kind: 'appointment', id: row.id })
			)
		]
	);
}

/** Marks the patients who have come at least once. */
export async function markEstablished(
	transaction: Transaction,
	organizationId: string
): Promise<void> {
	await transaction.$client.query(
		`UPDATE patients p SET established = true
			WHERE p.organization_id = $1 AND NOT p.established AND EXISTS (SELECT 1 FROM appointments a
				WHERE a.organization_id = $1 AND a.patient_id = p.id AND a.status = 'fulfilled')`,
		[organizationId]
	);
}

async function updateVisits(
	transaction: Transaction,
	organizationId: string,
	changed: readonly PlannedVisit[]
): Promise<void> {
	if (changed.length === 0) return;
	const rows = changed.map((visit) => appointmentColumns(organizationId, visit));
	const { rowCount } = await transaction.$client.query(
		`UPDATE appointments a SET clinic_id = r.clinic_id, practitioner_id = r.practitioner_id,
				room_id = r.room_id, service_id = r.service_id, patient_id = r.patient_id,
				starts_at = r.starts_at, ends_at = r.ends_at, status = r.status,
				cancel_reason = r.cancel_reason, remark = r.remark, revision = r.revision,
				placement_revision = r.placement_revision, status_revision = r.status_revision,
				remark_revision = r.remark_revision, confirmed_at = r.confirmed_at, confirmed_by = r.confirmed_by,
				confirmation_revision = r.confirmation_revision
			FROM json_populate_recordset(NULL::appointments, $1::json) r
			WHERE a.organization_id = $2 AND a.id = r.id AND a.revision = r.revision - 1`,
		[JSON.stringify(rows), organizationId]
	);
	if (rowCount !== changed.length) throw new VisitChangedMeanwhile();
	await transaction.$client.query(
		'DELETE FROM claims WHERE organization_id = $1 AND appointment_id = ANY($2)',
		[organizationId, changed.map(({ row }) => row.id)]
	);
}

function appointmentColumns(organizationId: string, { row, key }: PlannedVisit): object {
	return { organization_id: organizationId, ...toColumns(row), import_key: key };
}
