/** The visits of a series that can still be changed. */
import { and, asc, eq, gte, inArray } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../refusals.ts';
import type { SeriesVisit } from '../series.ts';

/** @returns the visits of the one's series that have not begun, by time; just the one where it is none of a series */
export async function seriesOf(
	database: Database,
	actor: Actor,
	appointmentId: string,
	now: number = Date.now()
): Promise<Result<SeriesVisit[]>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const [visit] = await transaction
			.select()
			.from(appointments)
			.where(
				and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
			);
		if (!visit || !authorize(actor, 'appointment.read', visit)) return refuse('not-found');
		if (visit.seriesId === null) return accept([seriesVisit(visit)]);
		const rows = await transaction
			.select()
			.from(appointments)
			.where(
				and(
					eq(appointments.organizationId, organizationId),
					eq(appointments.seriesId, visit.seriesId),
					inArray(appointments.status, ['pending', 'booked', 'needs-review']),
					gte(appointments.startsAt, new Date(now))
				)
			)
			.orderBy(asc(appointments.startsAt));
		return accept(rows.filter((row) => authorize(actor, 'appointment.read', row)).map(seriesVisit));
	});
}

function seriesVisit(row: typeof appointments.$inferSelect): SeriesVisit {
	return { appointmentId: row.id, startsAt: row.startsAt.getTime(), revision: row.revision };
}
