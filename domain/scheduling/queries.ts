/** What is stored about visits and blocks, for those who may read it. */
import { and, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { openVisitTexts } from '../../db/encryption/visit-texts.ts';
import {
	appointments,
	blocks,
	events,
	patients,
	practitioners,
	rooms,
	services,
	users,
	verdicts
} from '../../db/schema/index.ts';
import { forActor } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import type { AuditEntry } from '../access/audit-entry.ts';
import { authorize } from '../access/authorize.ts';
import { audit } from '../access/commands/audit.ts';
import type { Permission } from '../access/permissions.ts';
import { namesIn, namesOf } from '../directory/queries/names.ts';
import type { MaskedPersonRow } from '../board/documents.ts';
import { maskPerson } from '../board/masked-person.ts';
import { listName } from '../directory/patient-search.ts';
import type { AppointmentStatus, Confirmer } from './appointment.ts';
import { accept, refuse, type Result } from './refusals.ts';
import type { HistoryEntry } from './history-entry.ts';
import { MAX_PARTS } from './intents.ts';
import { durationMinutesOf } from './stored-appointment.ts';
import type { Verdict } from './verdict.ts';

/** @returns the stored verdicts on the actor's own intents, in no order; ids without one are left out. */
export async function verdictsOf(
	database: Database,
	actor: Actor,
	intentIds: string[]
): Promise<Verdict[]> {
	if (intentIds.length === 0) return [];
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select({ verdict: verdicts.verdict })
			.from(verdicts)
			.where(
				and(
					eq(verdicts.organizationId, actor.organizationId),
					eq(verdicts.userId, actor.userId),
					inArray(verdicts.intentId, intentIds)
				)
			)
	);
	return rows.map((row) => row.verdict);
}

/** A visit with the names that go with it. `patient` only for those who may read people, or masked. */
export interface AppointmentDetail {
	id: string;
	clinicId: string;
	startsAt: number;
	durationMinutes: number;
	status: AppointmentStatus;
	cancelReason: string | null;
	newPatient: boolean;
	place: number | null;
	source: string;
	confirmedAt: number | null;
	confirmedBy: Confirmer | null;
	revision: number;
	bookedAt: number;
	practitioner: { id: string; name: string };
	room: { id: string; name: string };
	service: { id: string; name: string };
	patient:
		| {
				id: string;
				name: string;
				birthDate: string | null;
				phone: string | null;
				email: string | null;
				remark: string;
		  }
		| MaskedPersonRow
		| null;
}

/**
 * Reads a visit. Where its patient is shown, the audit says so in the same transaction: no look without a trace.
 * @returns the visit, or `not-found` also where the actor may not know that it exists
 */
export async function readAppointment(
	database: Database,
	actor: Actor,
	appointmentId: string
): Promise<Result<AppointmentDetail>> {
	const { organizationId } = actor;
	const found = await forActor(database, actor, async (transaction) => {
		const [row] = await transaction
			.select({
				visit: appointments,
				practitionerName: practitioners.name,
				roomName: rooms.name,
				serviceName: services.name,
				patient: patients
			})
			.from(appointments)
			.innerJoin(practitioners, eq(practitioners.id, appointments.practitionerId))
			.innerJoin(rooms, eq(rooms.id, appointments.roomId))
			.innerJoin(services, eq(services.id, appointments.serviceId))
			.innerJoin(patients, eq(patients.id, appointments.patientId))
			.where(
				and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
			);
		const may = (permission: Permission) =>
			row !== undefined && authorize(actor, permission, { ...row.visit });
		if (!row || !may('appointment.read')) return null;
		const showsPatient = may('people.read');
		const masked = may('people.read-masked') ? maskPerson(row.patient) : null;
		if (showsPatient) await audit(transaction, actor, lookAt(row.visit, 'visit-read'));
		return { ...row, showsPatient, masked };
	});
	if (!found) return refuse('not-found');
	const { visit, patient, showsPatient, masked } = found;
	const startsAt = visit.startsAt.getTime();
	const note = { remark: visit.remark };
	return accept({
		id: visit.id,
		clinicId: visit.clinicId,
		startsAt,
		durationMinutes: durationMinutesOf({
			startsAt,
			endsAt: visit.endsAt.getTime()
		}),
		status: visit.status,
		cancelReason: visit.cancelReason,
		newPatient: visit.newPatient,
		place: visit.place,
		source: visit.source,
		confirmedAt: visit.confirmedAt?.getTime() ?? null,
		confirmedBy: visit.confirmedBy,
		revision: visit.revision,
		bookedAt: visit.bookedAt.getTime(),
		practitioner: { id: visit.practitionerId, name: found.practitionerName },
		room: { id: visit.roomId, name: found.roomName },
		service: { id: visit.serviceId, name: found.serviceName },
		patient: showsPatient
			? {
					id: patient.id,
					name: listName(patient),
					birthDate: patient.birthDate,
					phone: patient.phone,
					email: patient.email,
					...(await openVisitTexts(database, { organizationId, appointmentId }, note))
				}
			: masked
	});
}

/** @returns the entry of a look at a visit: also by its patient one finds it */
function lookAt(
	{ id, clinicId, patientId }: { id: string; clinicId: string; patientId: string },
	kind: 'visit-read' | 'history-read'
): AuditEntry {
	return { kind, subject: { kind: 'appointment', id }, clinicId, detail: { patientId } };
}

/** @returns the clinic of a visit that the actor may read, or `null`; nobody is shown anything of it */
export async function clinicOfAppointment(
	database: Database,
	actor: Actor,
	appointmentId: string
): Promise<string | null> {
	const { organizationId } = actor;
	const [visit] = await forActor(database, actor, (transaction) =>
		transaction
			.select()
			.from(appointments)
			.where(
				and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
			)
	);
	return visit && authorize(actor, 'appointment.read', visit) ? visit.clinicId : null;
}

/** A block of time, as one who may see the board sees it. */
export interface BlockDetail {
	id: string;
	clinicId: string;
	resourceId: string;
	startsAt: number;
	durationMinutes: number;
	kind: string;
	revision: number;
}

/** @returns the block, or `not-found` when it is removed or the actor may not know that it exists. */
export async function readBlock(
	database: Database,
	actor: Actor,
	blockId: string
): Promise<Result<BlockDetail>> {
	const { organizationId } = actor;
	const [block] = await forActor(database, actor, (transaction) =>
		transaction
			.select()
			.from(blocks)
			.where(
				and(
					eq(blocks.organizationId, organizationId),
					eq(blocks.id, blockId),
					eq(blocks.removed, false)
				)
			)
	);
	const subject = block && { ...block, practitionerId: block.resourceId };
	if (!block || !subject || !authorize(actor, 'board.read', subject)) return refuse('not-found');
	const startsAt = block.startsAt.getTime();
	return accept({
		id: block.id,
		clinicId: block.clinicId,
		resourceId: block.resourceId,
		startsAt,
		durationMinutes: durationMinutesOf({
			startsAt,
			endsAt: block.endsAt.getTime()
		}),
		kind: block.kind,
		revision: block.revision
	});
}

/** What one request changed was written one right after the other. Imports are no change that somebody made. */
const OTHERS = sql<number>`CASE WHEN ${events.kind} = 'import' THEN 0 ELSE (SELECT count(*)::int - 1 FROM events o
	WHERE o.id BETWEEN ${events.id} - ${MAX_PARTS} AND ${events.id} + ${MAX_PARTS}
		AND o.organization_id = ${events.organizationId} AND o.transaction_id = ${events.transactionId}
		AND o.request_id = ${events.requestId}) END`;

/** No visit is changed more often than this; a list longer than a screen helps nobody. */
const HISTORY_LIMIT = 200;

/** @returns what happened to a visit, newest first, or `not-found` where the actor may not read it. */
export async function appointmentHistory(
	database: Database,
	actor: Actor,
	appointmentId: string
): Promise<Result<HistoryEntry[]>> {
	const { organizationId } = actor;
	const rows = await forActor(database, actor, async (transaction) => {
		const [visit] = await transaction
			.select()
			.from(appointments)
			.where(
				and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
			);
		if (!visit || !authorize(actor, 'history.read', visit)) return null;
		await audit(transaction, actor, lookAt(visit, 'history-read'));
		const found = await transaction
			.select({
				at: events.at,
				actorName: users.name,
				kind: events.kind,
				before: events.before,
				after: events.after,
				others: OTHERS
			})
			.from(events)
			.leftJoin(users, eq(users.id, events.actorUserId))
			.where(
				and(
					eq(events.organizationId, organizationId),
					eq(events.subjectId, appointmentId),
					or(isNull(events.actorUserId), eq(users.organizationId, organizationId))
				)
			)
			.orderBy(desc(events.id))
			.limit(HISTORY_LIMIT);
		const names = await namesIn(transaction, organizationId, found);
		return found.map((row) => ({ ...row, at: row.at.getTime(), names: namesOf(row, names) }));
	});
	if (rows === null) return refuse('not-found');
	const open = <T extends object>(fields: T) =>
		openVisitTexts(database, { organizationId, appointmentId }, fields);
	return accept(
		await Promise.all(
			rows.map(async (row) => ({
				...row,
				before: row.before && (await open(row.before)),
				after: await open(row.after)
			}))
		)
	);
}
