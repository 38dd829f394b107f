/** A visit to come as if something happened to it now: what planning is asked with to show what a rule would send. Pure. */
import type { RuleKind } from './message.ts';
import type { PlanInput, PlanVisit } from './plan.ts';
import type { KnownMessage } from './told.ts';

/** The kinds that planning works out from a visit; the others are sent by what they are about. */
export const PLANNED_KINDS = [
	...([
		'confirmation',
		'reminder',
		'same-day-reminder',
		'change',
		'cancellation',
		'missed'
	] as const)
];

const TOLD: KnownMessage = {
	...{ id: 'told', kind: 'confirmation', cause: 'told', state: 'sent', suppression: null },
	...{ aboutStart: 0, aboutPractitionerId: null, dueAt: 0, ruleId: null, settledAt: 0 }
};

/** Which doctor it is changes nothing here. */
const NOBODY = '';

export interface VisitToCome {
	id: string;
	clinicId: string;
	serviceId: string;
	/** Epoch milliseconds. */
	startsAt: number;
}

/**
 * @returns the visit and what its patient knows of it, so that a message of that kind would be planned now: as if it
 *   were booked, moved, cancelled or missed at this moment; a reminder needs nothing to come about
 */
export function asIfNow(
	kind: RuleKind,
	visit: VisitToCome,
	now: number
): Pick<PlanInput, 'visit' | 'known' | 'isChange'> {
	const booked: PlanVisit = {
		...{ ...visit, status: 'booked', source: 'reception', bookedAt: now },
		...{ placementRevision: 1, statusRevision: 1, practitionerId: NOBODY },
		original: { startsAt: visit.startsAt, practitionerId: null }
	};
	switch (kind) {
		case 'change':
			return { visit: booked, known: [{ ...TOLD, aboutStart: -1 }], isChange: true };
		case 'cancellation': {
			const cancelled = { ...booked, status: 'cancelled' as const, statusRevision: 2 };
			return { visit: cancelled, known: [{ ...TOLD, aboutStart: visit.startsAt }], isChange: true };
		}
		case 'missed':
			return { visit: { ...booked, status: 'noshow' }, known: [], isChange: true };
		default:
			return { visit: booked, known: [], isChange: true };
	}
}
