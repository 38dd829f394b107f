/** The intents about a visit, and what has to be read to judge one. */
import type { Part, PartOf } from './intents.ts';
import type { ChangePart } from './planned-change.ts';
import type { SituationQuery } from './situation.ts';

export type VisitPart = PartOf<'book'> | ChangePart;

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
