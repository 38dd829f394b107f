/** What a visit takes where it lies, and whether it may. */
import { judgePlacement, type Situation } from './placement.ts';
import { accept, type Result } from './refusals.ts';
import { durationMinutesOf, type StoredAppointment } from './stored-appointment.ts';
import { claimedInterval, visitInterval, type ClaimedKind } from './visit-time.ts';

/** One resource to be taken for `[start, end)`, epoch milliseconds. */
export interface PlannedClaim {
	resourceId: string;
	start: number;
	end: number;
	/** `false`: others may have it too, by an override. */
	exclusive: boolean;
}

export interface PlannedAppointment {
	row: StoredAppointment;
	/** `null`: time, resources and their being taken stay as they are. */
	claims: PlannedClaim[] | null;
}

/**
 * Judges a row where it lies and adds what it claims.
 * @param override the reason for which rules may be set aside, or `null`
 */
export function withClaims(
	row: StoredAppointment,
	situation: Situation,
	override: string | null
): Result<PlannedAppointment> {
	const time = {
		startsAt: row.startsAt,
		durationMinutes: durationMinutesOf(row)
	};
	const judged = judgePlacement(time, situation, { override: override !== null });
	if (!judged.ok) return judged;
	const { supportIds, place, shared, isOverride } = judged.value;
	const claim = (resourceId: string, kind: ClaimedKind): PlannedClaim => ({
		resourceId,
		...claimedInterval(time, situation.service, kind),
		exclusive: !shared.includes(resourceId)
	});
	const kindOf = (id: string) => situation.support?.find((one) => one.id === id)?.kind ?? 'staff';
	return accept({
		// An override that turns out not to be needed is none.
		row: { ...row, supportIds, place, overrideReason: isOverride ? override : null },
		claims: [
			claim(row.practitionerId, 'practitioner'),
			claim(row.roomId, 'room'),
			...supportIds.map((id) => claim(id, kindOf(id))),
			// No buffers: a patient goes from one visit straight to the next.
			{ resourceId: row.patientId, ...visitInterval(time), exclusive: true }
		]
	});
}
