/** A visit as the board draws it: the server's row with what this person has asked for laid over it. */
import type { AppointmentRow, PersonRow, ServiceRow } from '#domain/board/documents.ts';
import { takesTime } from '#domain/scheduling/appointment.ts';
import { partsOf, subjectIdOf, type Intent, type Part } from '#domain/scheduling/intents.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';

/** One change that this person asked for, alone or together with others, and how it fares. */
export interface PendingPart {
	intentId: string;
	part: Part;
	/** `waiting` for its verdict; `accepted` and not on the board yet; `refused` and not dismissed yet. */
	state: 'waiting' | 'accepted' | 'refused';
	/** The revision that its subject has once it is carried out. */
	revision?: number;
	/** Why this very part was refused; what was only asked for together with such a part has none. */
	refusal?: Refusal;
}

/** @returns an intent as its parts, all of them waiting; `judged` tells how they fared */
export function pendingParts(intent: Intent, verdict?: Verdict): PendingPart[] {
	return partsOf(intent).map((part) => ({
		intentId: intent.id,
		part,
		...fate(part, intent, verdict)
	}));
}

function fate(part: Part, intent: Intent, verdict: Verdict | undefined) {
	if (!verdict) return { state: 'waiting' as const };
	const id = subjectIdOf(part);
	if (verdict.outcome === 'refused') {
		const refusal =
			intent.kind === 'together'
				? verdict.refusal.parts?.find(({ subjectId }) => subjectId === id)?.refusal
				: verdict.refusal;
		return { state: 'refused' as const, ...(refusal ? { refusal } : {}) };
	}
	const changed = [verdict, ...(verdict.others ?? [])].find(({ subjectId }) => subjectId === id);
	return { state: 'accepted' as const, ...(changed ? { revision: changed.revision } : {}) };
}

export interface Visit extends AppointmentRow {
	id: string;
	person: PersonRow | null;
	/** `pending`: shown where it was asked for, not confirmed yet. `refused`: back where it was. */
	state: 'settled' | 'pending' | 'refused';
	/** The refused intent, to say why. */
	refusedIntentId: string | null;
}

type ServiceOf = (serviceId: string) => Pick<ServiceRow, 'durationMinutes' | 'places'> | undefined;

/** @returns whether an intent's effect is already in a row of this revision. */
function isIn(row: AppointmentRow, pending: PendingPart): boolean {
	return pending.revision !== undefined && row.revision >= pending.revision;
}

/**
 * @param row the server's, or `null` for a visit that is only asked for
 * @param pendings about this visit, in the order in which they were made
 * @param serviceOf what a service is, for a booking: how long it takes, and for how many
 */
export function visitFrom(
	id: string,
	row: AppointmentRow | null,
	person: PersonRow | null,
	pendings: readonly PendingPart[],
	serviceOf: ServiceOf
): Visit | null {
	let shown = row;
	let state: Visit['state'] = 'settled';
	let refusedIntentId: string | null = null;
	for (const pending of pendings) {
		if (pending.state === 'refused') {
			if (pending.refusal) refusedIntentId = pending.intentId;
			continue;
		}
		if (shown && isIn(shown, pending)) continue;
		const laid = lay(pending.part, shown, serviceOf);
		if (!laid) continue;
		shown = laid;
		state = 'pending';
	}
	if (!shown) return null;
	if (state === 'settled' && refusedIntentId !== null) state = 'refused';
	return { ...shown, id, person, state, refusedIntentId };
}

function lay(
	intent: Part,
	row: AppointmentRow | null,
	serviceOf: ServiceOf
): AppointmentRow | null {
	if (intent.kind === 'book') {
		const { startsAt, practitionerId, roomId, serviceId, durationMinutes } = intent.changes;
		return {
			...{ startsAt, practitionerId, roomId, serviceId },
			durationMinutes: durationMinutes ?? serviceOf(serviceId)?.durationMinutes ?? 15,
			...{ newPatient: false, source: 'reception', revision: 0, supportIds: [] },
			...{
				overridden: intent.override !== undefined,
				repeats: intent.changes.seriesId !== undefined
			},
			status: intent.changes.walkIn ? 'arrived' : 'booked',
			// The server says which place it is.
			place: (serviceOf(serviceId)?.places ?? 1) > 1 ? 0 : null,
			...{ walkIn: intent.changes.walkIn ?? false, arrivedAt: null, wentInAt: null, doneAt: null }
		};
	}
	if (!row) return null;
	switch (intent.kind) {
		case 'move':
		case 'resize':
			return { ...row, ...intent.changes };
		case 'set-status': {
			const { status } = intent.changes;
			return { ...row, status, place: takesTime(status) ? row.place : null };
		}
		case 'cancel':
			return { ...row, status: 'cancelled', place: null };
		case 'confirm': {
			const { confirmedAt: _, confirmedBy: __, ...rest } = row;
			return intent.changes.confirmed
				? { ...rest, confirmedAt: Date.now(), confirmedBy: 'staff' }
				: rest;
		}
		case 'check-in':
			return { ...row, status: 'arrived' };
		default:
			return row;
	}
}
