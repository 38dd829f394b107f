/** Operations on visits. */
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { readAppointment } from '#domain/scheduling/queries.ts';
import { database } from '../database.ts';
import { change, idFrom, NO_WORDS } from './changing.ts';
import { answerWith, operation, type Operation } from './operation.ts';
import { refusalProblem } from './problem.ts';
import * as shapes from './shapes.ts';
import { confirmationOf, rfc3339, timesOf } from './times.ts';

const minutesBetween = (startsAt: number, endsAt: number) => (endsAt - startsAt) / MINUTE_MS;

/** @returns the fields that were given: an intent holds no others */
function withoutGaps<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
	return Object.fromEntries(
		Object.entries(given).filter(([, value]) => value !== undefined)
	) as never;
}

/** What every change of a visit that is there has in common. */
const CHANGES_VISIT = {
	method: 'POST',
	scope: 'write',
	params: shapes.idParams,
	changes: true,
	needsRevision: true,
	success: {
		status: 200,
		body: shapes.changed,
		description: 'Changed; the revision is the new one.'
	}
} as const;

/** @returns what every intent on that visit begins with. */
const envelope = (call: { params: { id: string }; key: string; revision: number }) => ({
	id: call.key,
	madeAt: Date.now(),
	appointmentId: call.params.id,
	basedOnRevision: call.revision
});

export const APPOINTMENT_OPERATIONS: Operation[] = [
	operation({
		...{ id: 'bookAppointment', method: 'POST', path: '/appointments' },
		...{ summary: 'Book a visit', scope: 'write', changes: true, needsRevision: false },
		params: shapes.noParams,
		body: shapes.booking,
		success: { status: 201, body: shapes.changed, description: 'Booked.' },
		handle({ actor, body: { endsAt, override, ...placement }, key }) {
			return change(actor, {
				...{ kind: 'book', id: key, madeAt: Date.now(), appointmentId: idFrom(actor, key) },
				changes: {
					...withoutGaps(placement),
					...(endsAt === undefined
						? {}
						: { durationMinutes: minutesBetween(placement.startsAt, endsAt) })
				},
				...withoutGaps({ override })
			});
		}
	}),
	operation({
		...{ id: 'readAppointment', method: 'GET', path: '/appointments/{id}' },
		...{ summary: 'Read a visit', scope: 'read', changes: false, needsRevision: false },
		params: shapes.idParams,
		body: null,
		success: { status: 200, body: shapes.appointment, description: 'The visit as it is now.' },
		async handle({ actor, params }) {
			const read = await readAppointment(database(), actor, params.id);
			if (!read.ok) return refusalProblem({ field: 'id', ...read.refusal }, NO_WORDS);
			const { startsAt, durationMinutes, bookedAt, confirmedAt, confirmedBy, ...visit } =
				read.value;
			return answerWith(
				{
					...visit,
					...timesOf({ startsAt, durationMinutes }),
					...confirmationOf(confirmedAt, confirmedBy),
					bookedAt: rfc3339(bookedAt)
				},
				{ revision: visit.revision }
			);
		}
	}),
	operation({
		...CHANGES_VISIT,
		...{ id: 'moveAppointment', path: '/appointments/{id}/move', body: shapes.move },
		summary: 'Move a visit to another time, practitioner or room, in one',
		handle: (call) => {
			const { override, ...changes } = call.body;
			return change(call.actor, {
				...{ kind: 'move', ...envelope(call) },
				changes: withoutGaps(changes),
				...withoutGaps({ override })
			});
		}
	}),
	operation({
		...CHANGES_VISIT,
		...{ id: 'resizeAppointment', path: '/appointments/{id}/resize', body: shapes.resize },
		summary: 'Make a visit longer or shorter',
		handle: (call) =>
			change(call.actor, {
				...{ kind: 'resize', ...envelope(call) },
				changes: {
					startsAt: call.body.startsAt,
					durationMinutes: minutesBetween(call.body.startsAt, call.body.endsAt)
				},
				...withoutGaps({ override: call.body.override })
			})
	}),
	operation({
		...CHANGES_VISIT,
		...{ id: 'setAppointmentStatus', path: '/appointments/{id}/status' },
		body: shapes.statusChange,
		summary: 'Say where a visit stands (to cancel, see /cancel)',
		handle: (call) =>
			change(call.actor, { kind: 'set-status', ...envelope(call), changes: call.body })
	}),
	operation({
		...CHANGES_VISIT,
		...{ id: 'confirmAppointment', path: '/appointments/{id}/confirm' },
		body: shapes.confirmation,
		summary: 'Say that the patient will come',
		handle: (call) => change(call.actor, { kind: 'confirm', ...envelope(call), changes: call.body })
	}),
	operation({
		...CHANGES_VISIT,
		...{ id: 'checkInAppointment', path: '/appointments/{id}/check-in' },
		body: shapes.checkIn,
		summary: 'Say for a patient that they are here, from two hours before',
		handle: (call) =>
			change(call.actor, { kind: 'check-in', ...envelope(call), changes: call.body })
	}),
	operation({
		...CHANGES_VISIT,
		...{ id: 'cancelAppointment', path: '/appointments/{id}/cancel' },
		body: shapes.cancellation,
		summary: 'Cancel a visit and free its time',
		handle: (call) => change(call.actor, { kind: 'cancel', ...envelope(call), changes: call.body })
	}),
	operation({
		...CHANGES_VISIT,
		...{ id: 'remarkAppointment', path: '/appointments/{id}/remark', body: shapes.remark },
		summary: "Replace a visit's remark",
		handle: (call) => change(call.actor, { kind: 'remark', ...envelope(call), changes: call.body })
	})
];
