/** Free time, looked for in what the database holds. */
import { and, eq, gt, inArray, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { claims, rooms, workingHours } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { MAX_ALTERNATIVES, nearestAlternatives } from '../../scheduling/alternatives.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import type { Busy, ResourceSituation, VisitTime } from '../../scheduling/placement.ts';
import { durationMinutesOf } from '../../scheduling/planned-change.ts';
import type { Alternative } from '../../scheduling/refusals.ts';
import {
	isComplete,
	type CompleteSituation,
	type ReadSituation,
	type SituationQuery
} from '../../scheduling/situation.ts';
import { dayInterval, localDateOf } from '../local-day.ts';
import { workingDay, type WorkingHoursRule } from '../working-hours.ts';

const LONGEST_CLAIM_MS = 14 * 60 * MINUTE_MS;

/** How many days, the wanted one included, are looked through for a time that would work. */
const ALTERNATIVE_DAYS = 7;

/**
 * Finds the nearest times that would have worked for a refused placement: on its day, else on one of the next.
 * @param search.read what the refusal was judged on
 * @param search.notBefore epoch milliseconds; no earlier time is proposed
 */
export async function findAlternatives(
	database: Database,
	organizationId: string,
	search: { read: ReadSituation; query: SituationQuery; notBefore: number }
): Promise<Alternative[]> {
	const { read, query, notBefore } = search;
	if (!isComplete(read)) return [];
	const startsAt = query.startsAt ?? read.appointment?.startsAt ?? notBefore;
	const durationMinutes =
		query.durationMinutes ??
		(read.appointment ? durationMinutesOf(read.appointment) : read.service.durationMinutes);
	const firstDay = localDateOf(Math.max(startsAt, notBefore), read.clinic.zone);
	const days = Array.from({ length: ALTERNATIVE_DAYS }, (_, offset) =>
		Temporal.PlainDate.from(firstDay).add({ days: offset }).toString()
	);
	const wanted = { startsAt, durationMinutes };
	const found: Alternative[] = [];
	// The wanted day nearly always has enough of them: the days after it are read only when it has not.
	for (const some of [days.slice(0, 1), days.slice(1)]) {
		if (found.length >= MAX_ALTERNATIVES) break;
		const around = await readDays(database, organizationId, read, some, query.appointmentId);
		found.push(...some.flatMap((date) => timesOn(date, { read, around, wanted, notBefore })));
	}
	return found.slice(0, MAX_ALTERNATIVES);
}

/** @returns the times of one day that would work, nearest to the wanted one first */
function timesOn(
	date: string,
	search: { read: CompleteSituation; around: Days; wanted: VisitTime; notBefore: number }
): Alternative[] {
	const { read, around, wanted, notBefore } = search;
	const { zone } = read.clinic;
	const roomsThatDay = around.rooms.map((room) => ({
		...situationOf(room.id, around, date, zone),
		kind: room.kind
	}));
	const room = roomsThatDay.find(({ id }) => id === read.room.id);
	if (!room) return [];
	const { offersService } = read.practitioner;
	return nearestAlternatives({
		wanted,
		situation: {
			service: read.service,
			practitioner: { ...situationOf(read.practitioner.id, around, date, zone), offersService },
			room,
			patient: { id: read.patient.id, busy: situationOf(read.patient.id, around, date, zone).busy }
		},
		otherRooms: roomsThatDay.filter(({ id }) => id !== read.room.id),
		notBefore
	});
}

/** Rules and claims of several days, for the practitioner, the patient and every room of the clinic. */
interface Days {
	rooms: { id: string; kind: string }[];
	rules: (WorkingHoursRule & { resourceId: string })[];
	claims: (Busy & { resourceId: string })[];
}

async function readDays(
	database: Database,
	organizationId: string,
	read: CompleteSituation,
	days: string[],
	exceptAppointmentId: string | null
): Promise<Days> {
	const from = dayInterval(days[0]!, read.clinic.zone).start;
	const until = dayInterval(days.at(-1)!, read.clinic.zone).end;
	return inOrganization(database, organizationId, async (transaction) => {
		const roomRows = await transaction
			.select({ id: rooms.id, kind: rooms.kind })
			.from(rooms)
			.where(and(eq(rooms.organizationId, organizationId), eq(rooms.clinicId, read.clinic.id)));
		const ids = [read.practitioner.id, read.patient.id, ...roomRows.map((room) => room.id)];
		const ruleRows = await transaction
			.select()
			.from(workingHours)
			.where(
				and(
					eq(workingHours.organizationId, organizationId),
					eq(workingHours.clinicId, read.clinic.id),
					inArray(workingHours.resourceId, ids)
				)
			);
		const claimRows = await transaction
			.select({
				resourceId: claims.resourceId,
				start: claims.startsAt,
				end: claims.endsAt,
				appointmentId: claims.appointmentId
			})
			.from(claims)
			.where(
				and(
					eq(claims.organizationId, organizationId),
					inArray(claims.resourceId, ids),
					eq(claims.exclusive, true),
					lt(claims.startsAt, new Date(until)),
					// No claim is longer than 14 hours (check claims_length): bounds the index from below.
					gt(claims.startsAt, new Date(from - LONGEST_CLAIM_MS)),
					gt(claims.endsAt, new Date(from))
				)
			);
		return {
			rooms: roomRows,
			rules: ruleRows,
			claims: claimRows
				.filter(
					(claim) => claim.appointmentId === null || claim.appointmentId !== exceptAppointmentId
				)
				.map((claim) => ({
					resourceId: claim.resourceId,
					start: claim.start.getTime(),
					end: claim.end.getTime()
				}))
		};
	});
}

function situationOf(
	resourceId: string,
	days: Days,
	date: string,
	zone: string
): ResourceSituation {
	const rules = days.rules.filter((rule) => rule.resourceId === resourceId);
	const busy = days.claims.filter((claim) => claim.resourceId === resourceId);
	return { id: resourceId, ...workingDay(rules, date, zone), busy };
}
