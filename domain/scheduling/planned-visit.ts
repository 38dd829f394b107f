/** What a judged intent about a visit commits: its row, its claims, its locks, and what its event says. */
import { dayInterval, localDateOf, localDatesOf } from '../availability/local-day.ts';
import type { AppointmentSource } from './appointment.ts';
import type { PartOf } from './intents.ts';
import { MINUTE_MS } from './intervals.ts';
import { planChange, type ChangeOptions } from './planned-change.ts';
import type { PlannedPart } from './planned-part.ts';
import { accept, type Result } from './refusals.ts';
import { endedHolds, situationFrom, type Beholder, type CompleteSituation } from './situation.ts';
import type { StoredAppointment } from './stored-appointment.ts';
import { toldChanges } from './told-changes.ts';
import { withClaims, type PlannedAppointment } from './visit-claims.ts';
import type { VisitPart } from './visit-part.ts';

/** Who changes or books the visit, when, and from where. */
interface VisitOptions extends ChangeOptions {
	source: AppointmentSource;
}

/** @returns the row that a judged intent leaves, placed where it may lie, and what it claims */
export function planVisit(
	intent: VisitPart,
	read: CompleteSituation,
	before: StoredAppointment | null,
	options: VisitOptions,
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
	options: VisitOptions
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

/** @returns what is committed of a planned visit, but for how it was adjusted */
export function partFrom(
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
