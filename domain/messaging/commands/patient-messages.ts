/** Stopping all messages to a patient, and letting them go again. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments, patients } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { PatientMessages } from '../patient-messages.ts';

/**
 * Says for a visit's patient whether messages are sent. What waits is looked at again just before it would leave, so
 * nothing that waits has to be touched.
 * @returns `not-found` for whoever may not read the visit's messages, `not-allowed` for whoever may only read them
 */
export function savePatientMessages(
	database: Database,
	actor: Actor,
	appointmentId: string,
	wish: PatientMessages
): Promise<Result<null>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const [found] = await transaction
			.select({ visit: appointments, patient: patients })
			.from(appointments)
			.innerJoin(
				patients,
				and(
					eq(patients.organizationId, appointments.organizationId),
					eq(patients.id, appointments.patientId)
				)
			)
			.where(
				and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
			)
			.for('update', { of: patients });
		if (!found || !authorize(actor, 'message.read', found.visit)) return refuse('not-found');
		if (!authorize(actor, 'message.write', found.visit)) return refuse('not-allowed');
		const { patient, visit } = found;
		if (patient.messagesBlocked === wish.messagesBlocked && patient.deceased === wish.deceased) {
			return accept(null);
		}
		await transaction
			.update(patients)
			.set(wish)
			.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patient.id)));
		await audit(transaction, actor, {
			...{ kind: 'patient-messages-changed', clinicId: visit.clinicId, detail: { ...wish } },
			subject: { kind: 'patient', id: patient.id }
		});
		return accept(null);
	});
}
