/** From the form of a new visit to what is asked for: one visit, repeat visits, or one after the other. */
import type { PartOf } from '#domain/scheduling/intents.ts';
import { seriesParts, seriesStarts } from '#domain/scheduling/series.ts';
import type { NewIntent } from '#web/lib/board/wishes.svelte.ts';

export interface BookingForm {
	clinicId: string;
	patientId: string;
	zone: string;
	/** One for each service, in the order of time. */
	steps: {
		serviceId: string;
		practitionerId: string;
		roomId: string;
		startsAt: number;
		durationMinutes: number;
	}[];
	remark: string;
	referralSeen: boolean;
	walkIn: boolean;
	/** RFC 5545, for a single service; `null`: once. */
	rule: string | null;
	/** Why rules are set aside; empty: they are not. */
	override: string;
}

/** @returns the intent, or `null` for a rule that gives nothing or too much */
export function bookingFrom(form: BookingForm): NewIntent | null {
	const { clinicId, patientId, remark, referralSeen, walkIn, override } = form;
	const parts = form.steps.map((step, place): PartOf<'book'> => ({
		...{ kind: 'book', appointmentId: crypto.randomUUID() },
		changes: {
			...{ clinicId, patientId, ...step },
			...(remark && place === 0 ? { remark } : {}),
			...(referralSeen ? { referralSeen } : {}),
			...(walkIn ? { walkIn } : {})
		},
		...(override ? { override } : {})
	}));
	const [first] = parts;
	if (!first) return null;
	if (form.rule === null) return parts.length === 1 ? first : { kind: 'together', parts };
	const starts = seriesStarts(first.changes.startsAt, form.rule, form.zone);
	return starts.ok ? { kind: 'together', parts: seriesParts(first, starts.value) } : null;
}
