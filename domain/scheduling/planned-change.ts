/**
 * What a judged intent comes to: the row it leaves behind, what that row claims, and what the event says.
 * Pure: `commands.ts` reads the situation before and commits the change after.
 */
import { isMovable, mayBecome, takesTime, type AppointmentStatus } from './appointment.ts';
import type { IntentOf } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import { claimedInterval, judgePlacement, visitInterval, type Situation } from './placement.ts';
import { accept, refuse, type Result } from './refusals.ts';

/** An appointment as stored; instants are epoch milliseconds. */
export interface StoredAppointment {
	id: string;
	clinicId: string;
	practitionerId: string;
	roomId: string;
	serviceId: string;
	patientId: string;
	startsAt: number;
	endsAt: number;
	status: AppointmentStatus;
	cancelReason: string | null;
	newPatient: boolean;
	source: string;
	remark: string;
	revision: number;
	placementRevision: number;
	statusRevision: number;
	remarkRevision: number;
	bookedAt: number;
}

/** One resource to be taken for `[start, end)`, epoch milliseconds. */
export interface PlannedClaim {
	resourceId: string;
	start: number;
	end: number;
}

export interface PlannedAppointment {
	row: StoredAppointment;
	/** `null`: time, resources and their being taken stay as they are. */
	claims: PlannedClaim[] | null;
}

/** The intents that change an appointment which exists. */
export type ChangeIntent = IntentOf<'move' | 'resize' | 'set-status' | 'cancel' | 'remark'>;

/** The fields of an appointment that people change, in the order in which a history tells them. */
const TOLD = [
	'clinicId',
	'practitionerId',
	'roomId',
	'serviceId',
	'patientId',
	'startsAt',
	'endsAt',
	'status',
	'cancelReason',
	'remark'
] as const;

/**
 * Applies an intent to an appointment and judges what comes out.
 * @param situation around the wanted time and resources, without the appointment's own claims
 * @param exactRevision `true`: any change since `basedOnRevision` refuses (HTTP's If-Match); `false`: only one of
 *   the same field does, so that a status set meanwhile does not stand in the way of a move
 */
export function planChange(
	intent: ChangeIntent,
	current: StoredAppointment,
	situation: Situation,
	exactRevision: boolean
): Result<PlannedAppointment> {
	const lastChange = exactRevision ? current.revision : lastChangeOf(intent.kind, current);
	if (intent.basedOnRevision < lastChange || intent.basedOnRevision > current.revision) {
		return refuse('stale-revision', { field: 'basedOnRevision' });
	}
	const revision = current.revision + 1;
	switch (intent.kind) {
		case 'move':
		case 'resize': {
			if (!isMovable(current.status)) return refuse('not-movable', { field: 'appointmentId' });
			const row = {
				...placed(intent, current),
				revision,
				placementRevision: revision
			};
			return withClaims(row, situation);
		}
		case 'set-status':
		case 'cancel': {
			const status: AppointmentStatus =
				intent.kind === 'cancel' ? 'cancelled' : intent.changes.status;
			if (!mayBecome(current.status, status)) {
				return refuse('status-not-possible', { field: 'changes.status' });
			}
			const cancelReason = intent.kind === 'cancel' ? intent.changes.reason : null;
			const row = {
				...current,
				status,
				cancelReason,
				revision,
				statusRevision: revision
			};
			if (!takesTime(status)) return accept({ row, claims: takesTime(current.status) ? [] : null });
			return takesTime(current.status) ? accept({ row, claims: null }) : withClaims(row, situation);
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

/** Judges a row where it lies and adds what it claims. */
export function withClaims(
	row: StoredAppointment,
	situation: Situation
): Result<PlannedAppointment> {
	const time = {
		startsAt: row.startsAt,
		durationMinutes: durationMinutesOf(row)
	};
	const judged = judgePlacement(time, situation);
	if (!judged.ok) return judged;
	const taken = claimedInterval(time, situation.service);
	return accept({
		row,
		claims: [
			{ resourceId: row.practitionerId, ...taken },
			{ resourceId: row.roomId, ...taken },
			// No buffers: a patient goes from one visit straight to the next.
			{ resourceId: row.patientId, ...visitInterval(time) }
		]
	});
}

function placed(
	intent: IntentOf<'move' | 'resize'>,
	current: StoredAppointment
): StoredAppointment {
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

export function durationMinutesOf(row: { startsAt: number; endsAt: number }): number {
	return (row.endsAt - row.startsAt) / MINUTE_MS;
}

function lastChangeOf(kind: ChangeIntent['kind'], current: StoredAppointment): number {
	switch (kind) {
		case 'move':
		case 'resize':
			return current.placementRevision;
		case 'set-status':
		case 'cancel':
			return current.statusRevision;
		case 'remark':
			return current.remarkRevision;
	}
}

/** @returns the fields that differ, before and after; all of them when there was nothing before. */
export function toldChanges(
	before: StoredAppointment | null,
	after: StoredAppointment
): { before: Record<string, unknown> | null; after: Record<string, unknown> } {
	const changed = TOLD.filter((field) => before === null || before[field] !== after[field]);
	const pick = (row: StoredAppointment) =>
		Object.fromEntries(changed.map((field) => [field, row[field]]));
	return { before: before && pick(before), after: pick(after) };
}
