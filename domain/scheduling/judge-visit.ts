/** From an intent about a visit, and the situation that was read for it, to a change that can be committed. */
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import type { Permission } from '../access/permissions.ts';
import { dayInterval, localDateOf, localDatesOf } from '../availability/local-day.ts';
import type { AppointmentSource } from './appointment.ts';
import { judgeEligibility } from './eligibility.ts';
import { adjustmentsOf, judgeBasis } from './field-by-field.ts';
import { holdOwnerOf } from './holds.ts';
import type { Part, PartOf } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import {
	planChange,
	toldChanges,
	withClaims,
	type ChangePart,
	type PlannedAppointment,
	type StoredAppointment,
	type TakenBack
} from './planned-change.ts';
import {
	judgeBookingOnline,
	judgeChangeOnline,
	judgeCheckIn,
	judgeConfirmingOnline
} from './online-rules.ts';
import type { PlannedPart } from './planned-part.ts';
import { accept, refuse, type Result } from './refusals.ts';
import {
	endedHolds,
	isComplete,
	situationFrom,
	type Beholder,
	type CompleteSituation,
	type ReadSituation,
	type SituationQuery
} from './situation.ts';

export type VisitPart = PartOf<'book'> | ChangePart;

export interface JudgeOptions {
	/** Epoch milliseconds: when the command is carried out. */
	now: number;
	source: AppointmentSource;
	/** Refuse after any change since `basedOnRevision`, not only one of the same field. */
	exactRevision: boolean;
	/** By visit: revisions that the author's own earlier intents made and that they had not seen. */
	ownRevisions: ReadonlyMap<string, ReadonlySet<number>>;
	/** Set where the intent undoes an earlier one. */
	takenBack?: TakenBack;
}

const NONE: ReadonlySet<number> = new Set();

const PERMISSION: Record<VisitPart['kind'], Permission> = {
	book: 'appointment.book',
	move: 'appointment.move',
	resize: 'appointment.move',
	'set-status': 'appointment.set-status',
	confirm: 'appointment.confirm',
	'check-in': 'appointment.check-in',
	cancel: 'appointment.cancel',
	remark: 'appointment.remark'
};

export function isVisitPart(intent: Part): intent is VisitPart {
	return intent.kind !== 'block' && intent.kind !== 'unblock';
}

/** @returns what has to be read to judge `intent`. */
export function situationQueryFor(intent: VisitPart): SituationQuery {
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
	intent: VisitPart,
	read: ReadSituation,
	actor: Actor,
	options: JudgeOptions
): Result<PlannedPart> {
	if (intent.kind !== 'book' && read.appointment === null) {
		return refuse('not-found', { field: 'appointmentId' });
	}
	const allowed = judgePermission(intent, read, actor, options);
	if (!allowed.ok) return allowed;
	if (!isComplete(read)) return refuse('not-found', { field: missingField(read) });
	if (read.room.clinicId !== read.clinic.id)
		return refuse('not-found', { field: 'changes.roomId' });

	const before = intent.kind === 'book' ? null : read.appointment;
	if (before !== null && options.source === 'online') {
		const allowed = judgeOnlineChange(intent, before, read, options.now);
		if (!allowed.ok) return allowed;
	}
	if (intent.kind === 'check-in' && before !== null) {
		const isTime = judgeCheckIn(before, options.now);
		if (!isTime.ok) return isTime;
	}
	if (intent.kind === 'book') {
		const fits = judgeService(intent, read, options);
		if (!fits.ok) return fits;
	}
	const changedMeanwhile =
		before === null || intent.kind === 'book'
			? accept([])
			: judgeBasis(intent.kind, before, {
					...{ basedOnRevision: intent.basedOnRevision, exactRevision: options.exactRevision },
					ownRevisions: options.ownRevisions.get(before.id) ?? NONE
				});
	if (!changedMeanwhile.ok) return changedMeanwhile;
	const beholder = { holdOwner: holdOwnerOf(actor), now: options.now };
	const planned = plan(
		intent,
		read,
		before,
		{
			...{ ...options, userId: actor.userId },
			byPatient: options.source === 'online'
		},
		beholder
	);
	if (!planned.ok) return planned;
	return accept({
		...partFrom(intent, read, before, planned.value, beholder),
		adjustments: adjustmentsOf(before, planned.value.row, changedMeanwhile.value)
	});
}

/** A place that is left and a place that is taken both have to be the actor's to change. */
function judgePermission(
	intent: VisitPart,
	read: ReadSituation,
	actor: Actor,
	{ takenBack }: JudgeOptions
): Result<null> {
	const { organizationId } = actor;
	const permission = PERMISSION[intent.kind];
	const clinicId = read.clinic?.id ?? (intent.kind === 'book' ? intent.changes.clinicId : null);
	const touched = [read.appointment?.practitionerId, read.practitioner?.id].filter((id) => id);
	const overrides =
		('override' in intent && intent.override !== undefined) || Boolean(takenBack?.override);
	for (const practitionerId of touched.length > 0 ? touched : [null]) {
		const subject = {
			organizationId,
			patientId: read.appointment?.patientId ?? read.patient?.id ?? null,
			clinicId,
			practitionerId: practitionerId ?? null
		};
		if (!authorize(actor, permission, subject)) return refuse('not-allowed');
		if (overrides && !authorize(actor, 'appointment.override', subject)) {
			return refuse('not-allowed', { field: 'override' });
		}
	}
	return accept(null);
}

/** Whether the service can be booked for this patient, at this time and in this way. An override sets it aside. */
function judgeService(
	intent: PartOf<'book'>,
	read: CompleteSituation,
	{ now, source }: JudgeOptions
): Result<null> {
	if (intent.override !== undefined) return accept(null);
	const { service, patient, clinic } = read;
	const { startsAt, referralSeen } = intent.changes;
	if (source === 'online') {
		const allowed = judgeBookingOnline(startsAt, service, now);
		if (!allowed.ok) return allowed;
	}
	if (service.referralNeeded && referralSeen !== true) {
		return refuse('referral-needed', { field: 'changes.referralSeen' });
	}
	return judgeEligibility(patient, service, localDateOf(startsAt, clinic.zone));
}

/** Both the time that is given up and the one that is wanted have their rules. */
function judgeOnlineChange(
	intent: VisitPart,
	before: StoredAppointment,
	{ service }: CompleteSituation,
	now: number
): Result<null> {
	if (intent.kind === 'confirm') return judgeConfirmingOnline(before.startsAt, now);
	// Whoever is here is here, however late it is to say something else.
	if (intent.kind === 'check-in') return accept(null);
	const given = judgeChangeOnline(before.startsAt, service, now);
	if (!given.ok || intent.kind !== 'move') return given;
	return judgeBookingOnline(intent.changes.startsAt ?? before.startsAt, service, now);
}

function missingField(read: ReadSituation): string {
	const parts = ['clinic', 'service', 'practitioner', 'room', 'patient'] as const;
	return `changes.${parts.find((part) => read[part] === null) ?? 'clinic'}Id`;
}

function plan(
	intent: VisitPart,
	read: CompleteSituation,
	before: StoredAppointment | null,
	options: JudgeOptions & { userId: string; byPatient: boolean },
	beholder: Beholder
): Result<PlannedAppointment> {
	if (intent.kind === 'book') {
		const row = bookedRow(intent, read, options);
		const override = intent.override ?? null;
		const placed = withClaims(row, situationFrom(read, row.startsAt, beholder), override);
		// It may be the patient for whom a rule is set aside, not the time.
		if (!placed.ok || override === null) return placed;
		return accept({ ...placed.value, row: { ...placed.value.row, overrideReason: override } });
	}
	const current = before!;
	const startsAt =
		(intent.kind === 'move' || intent.kind === 'resize' ? intent.changes.startsAt : undefined) ??
		current.startsAt;
	return planChange(intent, current, situationFrom(read, startsAt, beholder), options);
}

function bookedRow(
	intent: PartOf<'book'>,
	read: CompleteSituation,
	options: JudgeOptions
): StoredAppointment {
	const { remark, durationMinutes, referralSeen, walkIn, seriesId, ...placement } = intent.changes;
	const minutes = durationMinutes ?? read.practitioner.durationMinutes;
	return {
		...placement,
		id: intent.appointmentId,
		endsAt: placement.startsAt + minutes * MINUTE_MS,
		status: walkIn ? 'arrived' : 'booked',
		cancelReason: null,
		newPatient: !read.patient.established,
		source: options.source,
		remark: remark ?? '',
		supportIds: [],
		overrideReason: null,
		seriesId: seriesId ?? null,
		referralSeen: referralSeen ?? false,
		cancelledBy: null,
		walkIn: walkIn ?? false,
		place: null,
		arrivedAt: walkIn ? options.now : null,
		wentInAt: null,
		doneAt: null,
		revision: 1,
		placementRevision: 1,
		statusRevision: 1,
		remarkRevision: 1,
		...{ confirmedAt: null, confirmedBy: null, confirmationRevision: 1 },
		bookedAt: options.now
	};
}

function partFrom(
	intent: VisitPart,
	read: CompleteSituation,
	before: StoredAppointment | null,
	{ row, claims }: PlannedAppointment,
	beholder: Beholder
): Omit<PlannedPart, 'adjustments'> {
	const rows = before === null ? [row] : [before, row];
	const { clinic } = read;
	const resources = rows.flatMap((r) => [
		...[r.practitionerId, r.roomId, r.patientId],
		...r.supportIds
	]);
	const boards = rows.flatMap((r) =>
		localDatesOf({ start: r.startsAt, end: r.endsAt }, clinic.zone)
	);
	const support = read.support.filter(({ id }) => row.supportIds.includes(id));
	const day = dayInterval(localDateOf(row.startsAt, clinic.zone), clinic.zone);
	return {
		subject: { kind: 'appointment', row },
		expectedRevision: before?.revision ?? null,
		// A change that takes nothing and leaves nothing waits for nobody.
		...(claims === null
			? { locks: [], shared: [], hours: [], endHolds: [] }
			: {
					locks: [...new Set(resources)],
					shared: [clinic.id],
					hours: [clinic, read.practitioner, read.room, ...support].map((r) => ({
						id: r.id,
						revision: r.hoursRevision
					})),
					endHolds: endedHolds(read.claims, beholder, claims)
				}),
		override:
			claims === null || row.overrideReason === null
				? null
				: {
						practitionerId: row.practitionerId,
						...{ from: day.start, until: day.end }
					},
		claims,
		event: { kind: intent.kind, ...told(intent, before, row) },
		boards: [...new Set(boards)].map((date) => [row.clinicId, date])
	};
}

/** What the history says of it; of a patient who is here also how they said so, of a move why it was made. */
function told(intent: VisitPart, before: StoredAppointment | null, row: StoredAppointment) {
	const changes = toldChanges(before, row);
	if (intent.kind === 'move' && intent.because !== undefined) {
		return { ...changes, after: { ...changes.after, because: intent.because } };
	}
	if (intent.kind !== 'check-in') return changes;
	return { ...changes, after: { ...changes.after, by: intent.changes.by } };
}
