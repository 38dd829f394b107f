/** What a doctor's own days hold, at all the clinics. */
import { and, asc, eq, gt, lt, ne } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments, blocks, services } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { dayInterval } from '../../availability/local-day.ts';
import { selectHours } from '../../availability/queries/hours.ts';
import { hoursOf, whileOpen, workingDay } from '../../availability/working-hours.ts';
import { clinicsOf, type ClinicSummary } from '../../directory/queries.ts';
import { durationMinutesOf } from '../stored-appointment.ts';
import { overlaps, type Interval } from '../intervals.ts';
import { MAX_OWN_DAYS, type OwnDay, type OwnPlace } from '../own-day.ts';

export interface OwnDaysQuery {
	practitionerId: string;
	/** First local date, `YYYY-MM-DD`. */
	from: string;
	/** At most `MAX_OWN_DAYS`. */
	days: number;
}

/** @returns each of the days, with the clinics whose visits of that doctor the actor may read */
export async function ownDays(
	database: Database,
	actor: Actor,
	{ practitionerId, from, days }: OwnDaysQuery
): Promise<OwnDay[]> {
	const { organizationId } = actor;
	const clinics = (await clinicsOf(database, actor)).filter(({ id: clinicId }) =>
		authorize(actor, 'appointment.read', { organizationId, clinicId, practitionerId })
	);
	const first = Temporal.PlainDate.from(from);
	const dates = Array.from({ length: Math.min(days, MAX_OWN_DAYS) }, (_, day) =>
		first.add({ days: day }).toString()
	);
	return forActor(database, actor, async (transaction) => {
		const places: Map<string, OwnPlace>[] = [];
		for (const clinic of clinics) {
			places.push(await placesOf(transaction, organizationId, practitionerId, clinic, dates));
		}
		return dates.map((date) => ({
			date,
			places: places.flatMap((byDate) => byDate.get(date) ?? [])
		}));
	});
}

/** @returns by date, where there is anything at the clinic */
async function placesOf(
	transaction: Transaction,
	organizationId: string,
	practitionerId: string,
	{ id: clinicId, zone }: ClinicSummary,
	dates: readonly string[]
): Promise<Map<string, OwnPlace>> {
	const whole = {
		start: dayInterval(dates[0]!, zone).start,
		end: dayInterval(dates.at(-1)!, zone).end
	};
	const hours = await selectHours(transaction, {
		...{ organizationId, clinicId, resourceIds: [practitionerId, clinicId] },
		from: Temporal.PlainDate.from(dates[0]!).subtract({ days: 1 }).toString(),
		until: Temporal.PlainDate.from(dates.at(-1)!).add({ days: 1 }).toString()
	});
	const visits = await visitsIn(transaction, { organizationId, clinicId, practitionerId }, whole);
	const taken = await blocksIn(transaction, { organizationId, clinicId, practitionerId }, whole);
	const places = dates.flatMap((date): [string, OwnPlace][] => {
		const day = dayInterval(date, zone);
		const dayOf = (id: string, kind: 'clinic' | 'practitioner') =>
			workingDay(hoursOf(hours, id, kind), date, zone);
		const { working, away } = whileOpen(
			dayOf(practitionerId, 'practitioner'),
			dayOf(clinicId, 'clinic')
		);
		const within = <T extends { startsAt: number; durationMinutes: number }>(list: T[]) =>
			list.filter(({ startsAt, durationMinutes }) =>
				overlaps({ start: startsAt, end: startsAt + durationMinutes * 60_000 }, day)
			);
		const place: OwnPlace = {
			...{ clinicId, working, visits: within(visits), blocks: within(taken) },
			// A day off is one only where the doctor would be there.
			away:
				hoursOf(hours, practitionerId, 'practitioner').rules.length === 0
					? []
					: [...new Set(away.map(({ reason }) => reason))]
		};
		const isEmpty = [working, place.away, place.visits, place.blocks].every(
			(list) => list.length === 0
		);
		return isEmpty ? [] : [[date, place]];
	});
	return new Map(places);
}

interface Whose {
	organizationId: string;
	clinicId: string;
	practitionerId: string;
}

async function visitsIn(
	transaction: Transaction,
	{ organizationId, clinicId, practitionerId }: Whose,
	{ start, end }: Interval
) {
	const rows = await transaction
		.select({
			...{ id: appointments.id, startsAt: appointments.startsAt, endsAt: appointments.endsAt },
			...{ status: appointments.status, service: services.name }
		})
		.from(appointments)
		.innerJoin(
			services,
			and(
				eq(services.organizationId, appointments.organizationId),
				eq(services.id, appointments.serviceId)
			)
		)
		.where(
			and(
				eq(appointments.organizationId, organizationId),
				eq(appointments.clinicId, clinicId),
				eq(appointments.practitionerId, practitionerId),
				ne(appointments.status, 'cancelled'),
				lt(appointments.startsAt, new Date(end)),
				gt(appointments.endsAt, new Date(start)),
				// A visit is at most twelve hours long: bounds the index from below.
				gt(appointments.startsAt, new Date(start - 12 * 3_600_000))
			)
		)
		.orderBy(asc(appointments.startsAt));
	return rows.map(({ startsAt, endsAt, ...rest }) => ({ ...rest, ...timeOf(startsAt, endsAt) }));
}

async function blocksIn(
	transaction: Transaction,
	{ organizationId, clinicId, practitionerId }: Whose,
	{ start, end }: Interval
) {
	const rows = await transaction
		.select()
		.from(blocks)
		.where(
			and(
				eq(blocks.organizationId, organizationId),
				eq(blocks.clinicId, clinicId),
				eq(blocks.resourceId, practitionerId),
				eq(blocks.removed, false),
				lt(blocks.startsAt, new Date(end)),
				gt(blocks.endsAt, new Date(start)),
				gt(blocks.startsAt, new Date(start - 12 * 3_600_000))
			)
		)
		.orderBy(asc(blocks.startsAt));
	return rows.map(({ id, kind, startsAt, endsAt }) => ({ id, kind, ...timeOf(startsAt, endsAt) }));
}

function timeOf(startsAt: Date, endsAt: Date) {
	const time = { startsAt: startsAt.getTime(), endsAt: endsAt.getTime() };
	return { startsAt: time.startsAt, durationMinutes: durationMinutesOf(time) };
}
