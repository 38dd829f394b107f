/** Telling those who wait that the doctor runs late, once somebody said that they are to be told. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { delayMessage, type DelayInput, type DelayTold } from '../delay.ts';
import { readToPlan, writePlans } from './plan.ts';

/**
 * Queues a message for each of the visits whose patient still waits to come. Whoever may move the visits may tell of
 * it; a patient is told of one time once.
 * @param now epoch milliseconds
 * @returns who is told and who is not; `not-found` where one of them is not there, `not-allowed` where one may not be
 *   moved by the actor: then nobody is told
 */
export function tellDelay(
	database: Database,
	actor: Actor,
	{ appointmentIds }: DelayInput,
	now: number = Date.now()
): Promise<Result<DelayTold>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const stored = await transaction
			.select({
				clinicId: appointments.clinicId,
				practitionerId: appointments.practitionerId,
				patientId: appointments.patientId
			})
			.from(appointments)
			.where(
				and(
					eq(appointments.organizationId, organizationId),
					inArray(appointments.id, appointmentIds)
				)
			);
		if (stored.length < appointmentIds.length) {
			return refuse('not-found', { field: 'appointmentIds' });
		}
		const mayMove = stored.every((visit) =>
			authorize(actor, 'appointment.move', { organizationId, ...visit })
		);
		if (!mayMove) return refuse('not-allowed', { field: 'appointmentIds' });
		const read = await readToPlan(transaction, organizationId, appointmentIds);
		const { rules, graceMinutes } = read;
		const visits = new Map(read.visits.map((visit) => [visit.id, visit]));
		const answers = appointmentIds.map((id) => {
			const visit = visits.get(id)!;
			const known = read.known.get(visit.id) ?? [];
			const situation = { visit, zone: visit.zone, known, rules, now, graceMinutes };
			return { visit, message: delayMessage(situation) };
		});
		const plans = answers.flatMap(({ visit, message }) =>
			typeof message === 'string'
				? []
				: [{ visit, plan: { add: [message], suppress: [], queue: [] } }]
		);
		await writePlans(transaction, organizationId, plans);
		const told = plans.map(({ visit }) => visit.id);
		if (told.length > 0) {
			await audit(transaction, actor, {
				...{ kind: 'delay-told', clinicId: stored[0]!.clinicId },
				detail: { appointmentIds: told }
			});
		}
		return accept({
			told,
			untold: answers.flatMap(({ visit, message }) =>
				typeof message === 'string' ? [{ appointmentId: visit.id, reason: message }] : []
			)
		});
	});
}
