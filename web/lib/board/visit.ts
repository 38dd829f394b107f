/** A visit as the board draws it: the server's row with what this person has asked for laid over it. */
import type { AppointmentRow, PersonRow } from '#domain/board/documents.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';

/** An intent of this person and how it fares. */
export interface PendingIntent {
	intent: Intent;
	/** `waiting` for its verdict; `accepted` and not on the board yet; `refused` and not dismissed yet. */
	state: 'waiting' | 'accepted' | 'refused';
	/** The revision that its subject has once it is carried out. */
	revision?: number;
	refusal?: Refusal;
}

export interface Visit extends AppointmentRow {
	id: string;
	person: PersonRow | null;
	/** `pending`: shown where it was asked for, not confirmed yet. `refused`: back where it was. */
	state: 'settled' | 'pending' | 'refused';
	/** The refused intent, to say why. */
	refusedIntentId: string | null;
}

/** @returns the appointment that an intent is about, or `null` for blocks. */
export function appointmentOf(intent: Intent): string | null {
	return 'appointmentId' in intent ? intent.appointmentId : null;
}

/** @returns whether an intent's effect is already in a row of this revision. */
function isIn(row: AppointmentRow, pending: PendingIntent): boolean {
	return pending.revision !== undefined && row.revision >= pending.revision;
}

/**
 * @param row the server's, or `null` for a visit that is only asked for
 * @param pendings about this visit, in the order in which they were made
 * @param serviceMinutes length of a service, for a booking that names none
 */
export function visitFrom(
	id: string,
	row: AppointmentRow | null,
	person: PersonRow | null,
	pendings: readonly PendingIntent[],
	serviceMinutes: (serviceId: string) => number
): Visit | null {
	let shown = row;
	let state: Visit['state'] = 'settled';
	let refusedIntentId: string | null = null;
	for (const pending of pendings) {
		if (pending.state === 'refused') {
			refusedIntentId = pending.intent.id;
			continue;
		}
		if (shown && isIn(shown, pending)) continue;
		const laid = lay(pending.intent, shown, serviceMinutes);
		if (!laid) continue;
		shown = laid;
		state = 'pending';
	}
	if (!shown) return null;
	if (state === 'settled' && refusedIntentId !== null) state = 'refused';
	return { ...shown, id, person, state, refusedIntentId };
}

function lay(
	intent: Intent,
	row: AppointmentRow | null,
	serviceMinutes: (serviceId: string) => number
): AppointmentRow | null {
	if (intent.kind === 'book') {
		const { startsAt, practitionerId, roomId, serviceId, durationMinutes } = intent.changes;
		return {
			...{ startsAt, practitionerId, roomId, serviceId },
			durationMinutes: durationMinutes ?? serviceMinutes(serviceId),
			...{ status: 'booked', newPatient: false, source: 'reception', revision: 0 }
		};
	}
	if (!row) return null;
	switch (intent.kind) {
		case 'move':
		case 'resize':
		case 'set-status':
			return { ...row, ...intent.changes };
		case 'cancel':
			return { ...row, status: 'cancelled' };
		default:
			return row;
	}
}
