/** Judges one visit of a file where it lies, with the rules that judge on the board. Pure. */
import { localDateOf } from '../availability/local-day.ts';
import { isAlwaysThere, type ResourceKind } from '../availability/resource-kinds.ts';
import { workingDay, type WorkingDay } from '../availability/working-hours.ts';
import { judgePlacement, type Situation } from '../scheduling/placement.ts';
import { claimedInterval, type ClaimedKind } from '../scheduling/visit-time.ts';
import { durationMinutesOf, type StoredAppointment } from '../scheduling/stored-appointment.ts';
import type { PlannedClaim } from '../scheduling/visit-claims.ts';
import { explainRefusal } from '../scheduling/refusal-words.ts';
import type { Obstacle, Refusal } from '../scheduling/refusals.ts';
import type { Directory } from './directory.ts';
import type { TakenTime } from './taken-time.ts';
import type { RowFault, WantedVisit } from './wanted-visit.ts';

export interface JudgeContext {
	/** Epoch milliseconds. */
	now: number;
	directory: Directory;
	/** What is taken already; what the visit itself took has been released. */
	taken: TakenTime;
	/** @returns the key of a visit in a file; `undefined` for one made on the board. */
	keyOf(appointmentId: string): string | undefined;
}

export type PlacementJudge = (row: StoredAppointment, visit: WantedVisit) => RowFault | null;

/**
 * Visits that are over are facts: they have to fit with what is there (nobody in two places at once) but not with
 * today's working hours, rooms and services. Visits to come obey the same rules as those made on the board.
 */
export function createPlacementJudge(context: JudgeContext): PlacementJudge {
	const { directory, now, taken } = context;
	const hoursOf = rememberHours(directory);
	const resources = [...directory.practitioners.values(), ...directory.rooms.values()];
	const names = new Map(resources.map(({ id, name }) => [id, name]));

	function situationOf(row: StoredAppointment, visit: WantedVisit): Situation {
		const [byPractitioner, byRoom, byPatient] = claimsOf(row, visit);
		const date = localDateOf(row.startsAt, visit.zone);
		const isPast = row.endsAt <= now;
		const own = { start: row.startsAt, end: row.endsAt };
		const dayOf = (resourceId: string, kind: ResourceKind) =>
			isPast
				? { working: [own], breaks: [], away: [] }
				: hoursOf(resourceId, kind, row.clinicId, date, visit.zone);
		const around = ({ resourceId, start, end }: PlannedClaim, kind: ResourceKind) => ({
			id: resourceId,
			...dayOf(resourceId, kind),
			busy: taken.during(resourceId, { start, end })
		});
		return {
			serviceId: row.serviceId,
			service: visit.service,
			clinic: { id: row.clinicId, ...dayOf(row.clinicId, 'clinic') },
			support: null,
			practitioner: {
				...around(byPractitioner, 'practitioner'),
				offersService: isPast || directory.offers.has(`${row.practitionerId}/${row.serviceId}`)
			},
			room: {
				...around(byRoom, 'room'),
				kind: isPast ? (visit.service.roomKind ?? visit.roomKind) : visit.roomKind
			},
			patient: { id: row.patientId, busy: taken.during(row.patientId, byPatient) }
		};
	}

	return (row, visit) => {
		const time = { startsAt: row.startsAt, durationMinutes: durationMinutesOf(row) };
		const judged = judgePlacement(time, situationOf(row, visit));
		if (judged.ok) return null;
		const words = explainRefusal(judged.refusal, {
			nameOf: (id) => names.get(id),
			zone: visit.zone
		});
		const met = firstMet(judged.refusal, context);
		return {
			field: fieldToBlame(judged.refusal),
			reason: met === null ? words : `${words} In the way: ${met}.`
		};
	};
}

/** @returns practitioner, room and patient, in this order. */
export function claimsOf(
	row: StoredAppointment,
	{ service }: WantedVisit
): [PlannedClaim, PlannedClaim, PlannedClaim] {
	const time = { startsAt: row.startsAt, durationMinutes: durationMinutesOf(row) };
	const taken = (kind: ClaimedKind) => claimedInterval(time, service, kind);
	const exclusive = true;
	return [
		{ resourceId: row.practitionerId, ...taken('practitioner'), exclusive },
		{ resourceId: row.roomId, ...taken('room'), exclusive },
		{ resourceId: row.patientId, start: row.startsAt, end: row.endsAt, exclusive }
	];
}

/** The rules name the fields of an intent, a file has its own. */
function fieldToBlame({ field }: Refusal): string {
	return field === undefined ? 'start' : field.replace('changes.', '').replace(/Id$/, '');
}

function firstMet({ obstacles = [] }: Refusal, context: JudgeContext): string | null {
	const met = obstacles.find(({ appointmentId, blockId }) => appointmentId ?? blockId);
	return met === undefined ? null : nameOfObstacle(met, context);
}

function nameOfObstacle({ appointmentId, blockId }: Obstacle, context: JudgeContext): string {
	if (blockId !== undefined) return 'blocked time';
	const key = context.keyOf(appointmentId!);
	return key === undefined ? 'a visit made on the board' : `appointment "${key}"`;
}

/** Many visits lie on the same day of the same doctor. */
function rememberHours(directory: Directory) {
	const known = new Map<string, WorkingDay>();
	return (
		resourceId: string,
		kind: ResourceKind,
		clinicId: string,
		date: string,
		zone: string
	): WorkingDay => {
		const name = `${resourceId}/${clinicId}/${date}`;
		const remembered = known.get(name);
		if (remembered) return remembered;
		const rules = directory.hours.get(resourceId) ?? [];
		const own = rules.filter((rule) => rule.clinicId === clinicId);
		const exceptions = directory.exceptions.filter(
			(one) => one.resourceId === resourceId && one.clinicId === clinicId
		);
		const always = isAlwaysThere(kind) && !rules.some((rule) => rule.kind === 'work');
		const day = workingDay({ rules: own, exceptions, always }, date, zone);
		known.set(name, day);
		return day;
	};
}
