/** From an intent about a visit, and the situation that was read for it, to a change that can be committed. */
import type { Actor } from '../access/actor.ts';
import { authorize, type Permission } from '../access/authorize.ts';
import { localDatesOf } from '../availability/local-day.ts';
import type { AppointmentSource } from './appointment.ts';
import type { Intent, IntentOf } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import {
	planChange,
	toldChanges,
	withClaims,
	type ChangeIntent,
	type PlannedAppointment,
	type PlannedClaim,
	type StoredAppointment
} from './planned-change.ts';
import { accept, refuse, type Result } from './refusals.ts';
import {
	isComplete,
	situationFrom,
	type CompleteSituation,
	type ReadSituation,
	type SituationQuery
} from './situation.ts';

export type VisitIntent = IntentOf<'book'> | ChangeIntent;

export interface JudgeOptions {
	/** Epoch milliseconds: when the command is carried out. */
	now: number;
	source: AppointmentSource;
	/** Refuse after any change since `basedOnRevision`, not only one of the same field. */
	exactRevision: boolean;
}

/** A judged change of a visit; what `db/command-path.ts` commits, without the verdict. */
export interface VisitChange {
	row: StoredAppointment;
	expectedRevision: number | null;
	locks: string[];
	hours: { id: string; revision: number }[];
	claims: PlannedClaim[] | null;
	event: { kind: string; before: object | null; after: object };
	boards: [clinicId: string, date: string][];
}

const PERMISSION: Record<VisitIntent['kind'], Permission> = {
	book: 'appointment.book',
	move: 'appointment.move',
	resize: 'appointment.move',
	'set-status': 'appointment.set-status',
	cancel: 'appointment.cancel',
	remark: 'appointment.remark'
};

export function isVisitIntent(intent: Intent): intent is VisitIntent {
	return intent.kind !== 'block' && intent.kind !== 'unblock';
}

/** @returns what has to be read to judge `intent`. */
export function situationQueryFor(intent: VisitIntent): SituationQuery {
	const nothing = {
		appointmentId: intent.appointmentId,
		clinicId: null,
		practitionerId: null,
		roomId: null,
		serviceId: null,
		patientId: null,
		startsAt: null,
		durationMinutes: null
	};
	switch (intent.kind) {
		case 'book': {
			const { clinicId, practitionerId, roomId, serviceId, patientId, startsAt } = intent.changes;
			const durationMinutes = intent.changes.durationMinutes ?? null;
			return {
				...{
					clinicId,
					practitionerId,
					roomId,
					serviceId,
					patientId,
					startsAt,
					durationMinutes
				},
				appointmentId: null
			};
		}
		case 'move':
			return {
				...nothing,
				practitionerId: intent.changes.practitionerId ?? null,
				roomId: intent.changes.roomId ?? null,
				startsAt: intent.changes.startsAt ?? null
			};
		case 'resize':
			return {
				...nothing,
				startsAt: intent.changes.startsAt ?? null,
				durationMinutes: intent.changes.durationMinutes
			};
		default:
			return nothing;
	}
}

/** Judges one intent about a visit: existence, permission, revision, rules. */
export function judgeVisit(
	intent: VisitIntent,
	read: ReadSituation,
	actor: Actor,
	options: JudgeOptions
): Result<VisitChange> {
	if (intent.kind !== 'book' && read.appointment === null) {
		return refuse('not-found', { field: 'appointmentId' });
	}
	const allowed = judgePermission(intent, read, actor);
	if (!allowed.ok) return allowed;
	if (!isComplete(read)) return refuse('not-found', { field: missingField(read) });
	if (read.room.clinicId !== read.clinic.id)
		return refuse('not-found', { field: 'changes.roomId' });

	const before = intent.kind === 'book' ? null : read.appointment;
	const planned = plan(intent, read, before, options);
	return planned.ok ? accept(changeFrom(intent, read, before, planned.value)) : planned;
}

/** A place that is left and a place that is taken both have to be the actor's to change. */
function judgePermission(intent: VisitIntent, read: ReadSituation, actor: Actor): Result<null> {
	const { organizationId } = actor;
	const permission = PERMISSION[intent.kind];
	const clinicId = read.clinic?.id ?? (intent.kind === 'book' ? intent.changes.clinicId : null);
	const touched = [read.appointment?.practitionerId, read.practitioner?.id].filter((id) => id);
	for (const practitionerId of touched.length > 0 ? touched : [null]) {
		const subject = {
			organizationId,
			clinicId,
			practitionerId: practitionerId ?? null
		};
		if (!authorize(actor, permission, subject)) return refuse('not-allowed');
	}
	return accept(null);
}

function missingField(read: ReadSituation): string {
	const parts = ['clinic', 'service', 'practitioner', 'room', 'patient'] as const;
	return `changes.${parts.find((part) => read[part] === null) ?? 'clinic'}Id`;
}

function plan(
	intent: VisitIntent,
	read: CompleteSituation,
	before: StoredAppointment | null,
	options: JudgeOptions
): Result<PlannedAppointment> {
	if (intent.kind === 'book') {
		const row = bookedRow(intent, read, options);
		return withClaims(row, situationFrom(read, row.startsAt));
	}
	const current = before!;
	const startsAt =
		(intent.kind === 'move' || intent.kind === 'resize' ? intent.changes.startsAt : undefined) ??
		current.startsAt;
	return planChange(intent, current, situationFrom(read, startsAt), options.exactRevision);
}

function bookedRow(
	intent: IntentOf<'book'>,
	read: CompleteSituation,
	options: JudgeOptions
): StoredAppointment {
	const { remark, durationMinutes, ...placement } = intent.changes;
	const minutes = durationMinutes ?? read.service.durationMinutes;
	return {
		...placement,
		id: intent.appointmentId,
		endsAt: placement.startsAt + minutes * MINUTE_MS,
		status: 'booked',
		cancelReason: null,
		newPatient: !read.patient.established,
		source: options.source,
		remark: remark ?? '',
		revision: 1,
		placementRevision: 1,
		statusRevision: 1,
		remarkRevision: 1,
		bookedAt: options.now
	};
}

function changeFrom(
	intent: VisitIntent,
	read: CompleteSituation,
	before: StoredAppointment | null,
	{ row, claims }: PlannedAppointment
): VisitChange {
	const rows = before === null ? [row] : [before, row];
	const resources = rows.flatMap((r) => [r.practitionerId, r.roomId, r.patientId]);
	const boards = rows.flatMap((r) =>
		localDatesOf({ start: r.startsAt, end: r.endsAt }, read.clinic.zone)
	);
	return {
		row,
		expectedRevision: before?.revision ?? null,
		// A change that takes nothing and leaves nothing waits for nobody.
		locks: claims === null ? [] : [...new Set(resources)],
		hours:
			claims === null
				? []
				: [read.practitioner, read.room].map((r) => ({
						id: r.id,
						revision: r.hoursRevision
					})),
		claims,
		event: { kind: intent.kind, ...toldChanges(before, row) },
		boards: [...new Set(boards)].map((date) => [row.clinicId, date])
	};
}
