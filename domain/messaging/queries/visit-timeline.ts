/** What was sent about one visit, and what will be. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { VisitTimeline } from '../message-log.ts';
import { MESSAGE_COLUMNS, toldMessage, type MessageColumns } from './told-message.ts';

/** No visit has more; a list longer than a screen helps nobody. */
const AT_MOST = 50;

/**
 * @returns the visit's messages in the order in which they are or were due, or `not-found` also where the actor may
 *   not read them; says nothing of who the patient is
 * @param now epoch milliseconds
 */
export async function visitTimeline(
	database: Database,
	actor: Actor,
	appointmentId: string,
	now: number = Date.now()
): Promise<Result<VisitTimeline>> {
	const { organizationId } = actor;
	return forActor(database, actor, async ({ $client }) => {
		const { rows: visits } = await $client.query<Visit>(
			`SELECT a.clinic_id AS "clinicId", a.practitioner_id AS "practitionerId", a.patient_id AS "patientId",
					p.messages_blocked AS "messagesBlocked", p.deceased
				FROM appointments a JOIN patients p ON p.organization_id = a.organization_id AND p.id = a.patient_id
				WHERE a.organization_id = $1 AND a.id = $2`,
			[organizationId, appointmentId]
		);
		const [visit] = visits;
		if (!visit || !authorize(actor, 'message.read', { organizationId, ...visit })) {
			return refuse('not-found');
		}
		const { rows } = await $client.query<MessageColumns>(
			`SELECT ${MESSAGE_COLUMNS} FROM messages m
				JOIN appointments a ON a.organization_id = m.organization_id AND a.id = m.appointment_id
				WHERE m.organization_id = $1 AND m.appointment_id = $2 ORDER BY m.due_at, m.made_at LIMIT ${AT_MOST}`,
			[organizationId, appointmentId]
		);
		const { messagesBlocked, deceased } = visit;
		return accept({
			messages: rows.map((row) => toldMessage(actor, row, now)),
			patient: { messagesBlocked, deceased },
			mayChange: authorize(actor, 'message.write', { organizationId, ...visit })
		});
	});
}

interface Visit {
	clinicId: string;
	practitionerId: string;
	patientId: string;
	messagesBlocked: boolean;
	deceased: boolean;
}
