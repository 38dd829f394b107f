/** From an intent about a visit, and the situation that was read for it, to a change that can be committed. */
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import type { Permission } from '../access/permissions.ts';
import { localDateOf } from '../availability/local-day.ts';
import type { AppointmentSource } from './appointment.ts';
import { judgeEligibility } from './eligibility.ts';
import { adjustmentsOf, judgeBasis } from './field-by-field.ts';
import { holdOwnerOf } from './holds.ts';
import type { PartOf } from './intents.ts';
import {
	judgeBookingOnline,
	judgeChangeOnline,
	judgeCheckIn,
	judgeConfirmingOnline
} from './online-rules.ts';
import type { TakenBack } from './planned-change.ts';
import type { PlannedPart } from './planned-part.ts';
import { partFrom, planVisit } from './planned-visit.ts';
import { accept, refuse, type Result } from './refusals.ts';
import { isComplete, type CompleteSituation, type ReadSituation } from './situation.ts';
import type { StoredAppointment } from './stored-appointment.ts';
import type { VisitPart } from './visit-part.ts';

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
	const planned = planVisit(
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
