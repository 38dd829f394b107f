/**
 * What a judged intent comes to: the row it leaves behind and what that row claims.
 * Pure: `commands.ts` reads the situation before and commits the change after.
 */
import {
	isConfirmable,
	isMovable,
	mayBecome,
	takesTime,
	type AppointmentStatus,
	type Confirmer
} from './appointment.ts';
import type { PartOf } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import type { Situation } from './placement.ts';
import { accept, refuse, type Result } from './refusals.ts';
import { durationMinutesOf, type StoredAppointment } from './stored-appointment.ts';
import { withClaims, type PlannedAppointment } from './visit-claims.ts';

/** The intents that change an appointment which exists. */
export type ChangePart = PartOf<
	'move' | 'resize' | 'set-status' | 'check-in' | 'cancel' | 'remark' | 'confirm'
>;

/** Who changes the appointment and when, and whether rules may be set aside. */
export interface ChangeOptions {
	userId: string;
	/** Whether it is the patient who does it. */
	byPatient: boolean;
	/** Epoch milliseconds. */
	now: number;
	/** Set where an earlier change is undone: the visit goes back to where it was, whatever steps there are by hand. */
	takenBack?: TakenBack;
}

/** What an undo gives back beside the change that it makes. */
export interface TakenBack {
	/** Why rules were set aside where the visit lay; `null`: they were not. */
	override: string | null;
	/** That the patient had said to come, which the change had ended. */
	confirmed: Pick<StoredAppointment, 'confirmedAt' | 'confirmedBy'> | null;
	/** It had no time before it was moved: it loses it again. */
	losesTime: boolean;
}

/**
 * Applies an intent to an appointment and judges what comes out. That it knew what it changes was judged before
 * (`field-by-field.ts`).
 * @param situation around the wanted time and resources, without the appointment's own claims
 */
export function planChange(
	intent: ChangePart,
	current: StoredAppointment,
	situation: Situation,
	options: ChangeOptions
): Result<PlannedAppointment> {
	const planned = planForward(intent, current, situation, options);
	const confirmed = options.takenBack?.confirmed ?? null;
	if (!planned.ok || confirmed === null) return planned;
	const { row, claims } = planned.value;
	return accept({
		row: { ...row, ...confirmed, confirmationRevision: row.revision },
		claims
	});
}

function planForward(
	intent: ChangePart,
	current: StoredAppointment,
	situation: Situation,
	options: ChangeOptions
): Result<PlannedAppointment> {
	const { takenBack } = options;
	const revision = current.revision + 1;
	switch (intent.kind) {
		case 'move':
		case 'resize': {
			const mayBe = isMovable(current.status) || isExtension(intent, current);
			if (!mayBe) return refuse('not-movable', { field: 'appointmentId' });
			const row = confirmedStill(
				current,
				{
					...placed(intent, current),
					revision,
					placementRevision: revision
				},
				options
			);
			if (takenBack?.losesTime) {
				const lost = { ...row, status: 'needs-review' as const, place: null };
				return accept({ row: { ...lost, statusRevision: revision }, claims: [] });
			}
			if (takesTime(row.status)) return withClaims(row, situation, intent.override ?? null);
			// It has lost its time: a new length alone gives it none, a new time ends the waiting for one.
			if (intent.kind === 'resize') return accept({ row, claims: null });
			const booked = { ...row, status: 'booked' as const, statusRevision: revision };
			return withClaims(booked, situation, intent.override ?? null);
		}
		case 'set-status':
		case 'check-in':
		case 'cancel': {
			const status = statusAfter(intent);
			if (!takenBack && !mayBecome(current.status, status)) {
				return refuse('status-not-possible', { field: 'changes.status' });
			}
			const isCancel = intent.kind === 'cancel';
			const row = confirmedStill(
				current,
				{
					...current,
					...waited(current, status, options.now),
					status,
					cancelReason: isCancel ? intent.changes.reason : null,
					cancelledBy: isCancel ? options.userId : null,
					revision,
					statusRevision: revision
				},
				options
			);
			if (!takesTime(status)) {
				const left = { ...row, place: null };
				return accept({ row: left, claims: takesTime(current.status) ? [] : null });
			}
			if (takesTime(current.status)) return accept({ row, claims: null });
			// Its time was free for others meanwhile.
			return withClaims(row, situation, takenBack?.override ?? null);
		}
		case 'confirm': {
			const { confirmed } = intent.changes;
			if (!isConfirmable(current.status) || confirmed === (current.confirmedAt !== null)) {
				return refuse('status-not-possible', { field: 'changes.confirmed' });
			}
			const confirmedBy: Confirmer = options.byPatient ? 'patient' : 'staff';
			const row = {
				...current,
				confirmedAt: confirmed ? options.now : null,
				confirmedBy: confirmed ? confirmedBy : null,
				revision,
				confirmationRevision: revision
			};
			return accept({ row, claims: null });
		}
		case 'remark': {
			const row = {
				...current,
				remark: intent.changes.remark,
				revision,
				remarkRevision: revision
			};
			return accept({ row, claims: null });
		}
	}
}

function statusAfter(intent: PartOf<'set-status' | 'check-in' | 'cancel'>): AppointmentStatus {
	switch (intent.kind) {
		case 'set-status':
			return intent.changes.status;
		case 'check-in':
			return 'arrived';
		case 'cancel':
			return 'cancelled';
	}
}

/**
 * What was confirmed is a time: whoever is given another has not said that they will come then, unless they chose it
 * themselves. A visit without a time has nothing to be confirmed.
 */
function confirmedStill(
	before: StoredAppointment,
	after: StoredAppointment,
	{ byPatient }: ChangeOptions
): StoredAppointment {
	const isMoved = after.startsAt !== before.startsAt;
	const isLost = after.status === 'cancelled' || after.status === 'needs-review';
	const isOver = before.confirmedAt !== null && (isLost || (isMoved && !byPatient));
	if (!isMoved && !isOver) return after;
	return {
		...after,
		...(isOver ? { confirmedAt: null, confirmedBy: null } : {}),
		confirmationRevision: after.revision
	};
}

/** @returns when the patient came, went in and was done, as the status says it; steps taken back are forgotten */
function waited(
	current: StoredAppointment,
	status: AppointmentStatus,
	now: number
): Pick<StoredAppointment, 'arrivedAt' | 'wentInAt' | 'doneAt'> {
	const { arrivedAt, wentInAt } = current;
	switch (status) {
		case 'arrived':
			return { arrivedAt: arrivedAt ?? now, wentInAt: null, doneAt: null };
		case 'checked-in':
			return { arrivedAt: arrivedAt ?? now, wentInAt: wentInAt ?? now, doneAt: null };
		case 'fulfilled':
			return { arrivedAt, wentInAt, doneAt: now };
		default:
			return { arrivedAt: null, wentInAt: null, doneAt: null };
	}
}

function placed(intent: PartOf<'move' | 'resize'>, current: StoredAppointment): StoredAppointment {
	const startsAt = intent.changes.startsAt ?? current.startsAt;
	const durationMinutes =
		intent.kind === 'resize' ? intent.changes.durationMinutes : durationMinutesOf(current);
	const resources =
		intent.kind === 'move'
			? {
					practitionerId: intent.changes.practitionerId ?? current.practitionerId,
					roomId: intent.changes.roomId ?? current.roomId
				}
			: {};
	return {
		...current,
		...resources,
		startsAt,
		endsAt: startsAt + durationMinutes * MINUTE_MS
	};
}

/** A visit that has begun keeps its time; how long it takes shows while it lasts. */
function isExtension(intent: PartOf<'move' | 'resize'>, current: StoredAppointment): boolean {
	if (intent.kind !== 'resize' || current.status !== 'checked-in') return false;
	return (intent.changes.startsAt ?? current.startsAt) === current.startsAt;
}
