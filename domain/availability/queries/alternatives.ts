/** Free time, looked for in what the database holds. */
import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { claims, holds, rooms } from '../../../db/schema/index.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { MAX_ALTERNATIVES, nearestAlternatives } from '../../scheduling/alternatives.ts';
import type { SessionPlace } from '../../scheduling/group-sessions.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import type { ResourceSituation } from '../../scheduling/resource-situation.ts';
import type { VisitTime } from '../../scheduling/visit-time.ts';
import { durationMinutesOf } from '../../scheduling/stored-appointment.ts';
import type { Alternative } from '../../scheduling/refusals.ts';
import {
	busyFor,
	isComplete,
	type Beholder,
	type CompleteSituation,
	type ReadClaim,
	type ReadSituation,
	type SituationQuery
} from '../../scheduling/situation.ts';
import { dayInterval, localDateOf } from '../local-day.ts';
import type { ResourceKind } from '../resource-kinds.ts';
import { hoursOf, workingDay, type ReadHours } from '../working-hours.ts';
import { selectHours } from './hours.ts';

const LONGEST_CLAIM_MS = 14 * 60 * MINUTE_MS;

/** How many days, the wanted one included, are looked through for a time that would work. */
const ALTERNATIVE_DAYS = 7;

/**
 * Finds the nearest times that would have worked for a refused placement: on its day, else on one of the next.
 * @param search.read what the refusal was judged on
 * @param search.beholder whose own holds are not in the way; no time before their present is proposed
 */
export async function findAlternatives(
	database: Database,
	organizationId: string,
	search: { read: ReadSituation; query: SituationQuery; beholder: Beholder }
): Promise<Alternative[]> {
	const { read, query, beholder } = search;
	const notBefore = beholder.now;
	if (!isComplete(read)) return [];
	const startsAt = query.startsAt ?? read.appointment?.startsAt ?? notBefore;
	const durationMinutes =
		query.durationMinutes ??
		(read.appointment ? durationMinutesOf(read.appointment) : read.practitioner.durationMinutes);
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
		found.push(...some.flatMap((date) => timesOn(date, { read, around, wanted, beholder })));
	}
	return found.slice(0, MAX_ALTERNATIVES);
}

/** @returns the times of one day that would work, nearest to the wanted one first */
function timesOn(
	date: string,
	search: { read: CompleteSituation; around: Days; wanted: VisitTime; beholder: Beholder }
): Alternative[] {
	const { read, around, wanted, beholder } = search;
	const { zone } = read.clinic;
	const situationOf = (id: string, kind: ResourceKind): ResourceSituation => ({
		id,
		...workingDay(hoursOf(around.hours, id, kind), date, zone),
		busy: busyFor(
			around.claims.filter(({ resourceId }) => resourceId === id),
			beholder
		)
	});
	const roomsThatDay = around.rooms.map(({ id, kind }) => ({ ...situationOf(id, 'room'), kind }));
	const room = roomsThatDay.find(({ id }) => id === read.room.id);
	if (!room) return [];
	const { offersService, id } = read.practitioner;
	return nearestAlternatives({
		wanted,
		situation: {
			serviceId: read.service.id,
			service: read.service,
			clinic: situationOf(read.clinic.id, 'clinic'),
			practitioner: { ...situationOf(id, 'practitioner'), offersService },
			room,
			patient: { id: read.patient.id, busy: situationOf(read.patient.id, 'patient').busy },
			support: read.support.map((one) => ({ ...situationOf(one.id, one.kind), ...one }))
		},
		otherRooms: roomsThatDay.filter((other) => other.id !== read.room.id),
		notBefore: beholder.now,
		present: read.appointment?.practitionerId === id ? read.appointment.startsAt : undefined
	});
}

/** Hours and claims of several days, for everything that the visit could take and every room of the clinic. */
interface Days {
	rooms: { id: string; kind: string }[];
	hours: ReadHours;
	claims: ReadClaim[];
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
		const ids = [
			...[read.practitioner.id, read.clinic.id],
			...[...roomRows, ...read.support].map(({ id }) => id)
		];
		const hours = await selectHours(transaction, {
			...{ organizationId, clinicId: read.clinic.id, resourceIds: ids },
			...{ from: days[0]!, until: days.at(-1)! }
		});
		const claimRows = await transaction
			.select({
				resourceId: claims.resourceId,
				start: claims.startsAt,
				end: claims.endsAt,
				appointmentId: claims.appointmentId,
				blockId: claims.blockId,
				holdId: claims.holdId,
				expiresAt: claims.expiresAt,
				holdOwner: holds.owner,
				session: sql<SessionPlace | null>`CASE WHEN ${claims.place} IS NOT NULL THEN session_of(${claims}) END`
			})
			.from(claims)
			.leftJoin(
				holds,
				and(eq(holds.organizationId, claims.organizationId), eq(holds.id, claims.holdId))
			)
			.where(
				and(
					eq(claims.organizationId, organizationId),
					inArray(claims.resourceId, [...ids, read.patient.id]),
					lt(claims.startsAt, new Date(until)),
					// No claim is longer than 14 hours (check claims_length): bounds the index from below.
					gt(claims.startsAt, new Date(from - LONGEST_CLAIM_MS)),
					gt(claims.endsAt, new Date(from))
				)
			);
		return {
			rooms: roomRows,
			hours,
			claims: claimRows
				.filter(
					(claim) => claim.appointmentId === null || claim.appointmentId !== exceptAppointmentId
				)
				.map((claim) => ({
					...claim,
					start: claim.start.getTime(),
					end: claim.end.getTime(),
					expiresAt: claim.expiresAt?.getTime() ?? null
				}))
		};
	});
}
