/** Leaving a change that could not be made for reception to settle. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { derivedId } from '../../../db/derived-id.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { seal } from '../../../db/encryption/sealing.ts';
import { appointments, patients, tasks } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { RefusedChange } from '../refused-change.ts';

/**
 * Makes a task at a clinic. Whoever sees its board may: they tried the change there.
 * @returns the task's id; the same one when it is asked for again
 */
export async function askReception(
	database: Database,
	actor: Actor,
	{ clinicId, change }: { clinicId: string; change: RefusedChange }
): Promise<Result<{ id: string }>> {
	const { organizationId, userId } = actor;
	const place = { organizationId, clinicId, practitionerId: null };
	if (!authorize(actor, 'board.read', place)) return refuse('not-allowed');
	const id = derivedId(`${organizationId}/${userId}/${change.intentId}/task`);
	const sealedText = await seal(
		database,
		sealFor(organizationId, 'tasks.sealed_text', id),
		change.text
	);
	return forActor(database, actor, async (transaction) => {
		const about = await subjectOf(transaction, organizationId, clinicId, change);
		if (!about.ok) return about;
		const made = await transaction
			.insert(tasks)
			.values({
				...{ organizationId, id, kind: 'refused-change', clinicId, sealedText },
				...about.value
			})
			.onConflictDoNothing()
			.returning({ id: tasks.id });
		if (made.length > 0) {
			const { patientId } = about.value;
			await audit(transaction, actor, {
				kind: 'task-added',
				subject: { kind: 'task', id },
				clinicId,
				detail: { kind: 'refused-change', ...(patientId ? { patientId } : {}) }
			});
		}
		return accept({ id });
	});
}

/** @returns the visit, which has to be at the clinic, and the patient, who has to be the organization's */
async function subjectOf(
	transaction: Transaction,
	organizationId: string,
	clinicId: string,
	{ appointmentId, patientId }: RefusedChange
): Promise<Result<{ appointmentId?: string; patientId?: string }>> {
	if (appointmentId !== undefined) {
		const [visit] = await transaction
			.select({ patientId: appointments.patientId })
			.from(appointments)
			.where(
				and(
					eq(appointments.organizationId, organizationId),
					eq(appointments.id, appointmentId),
					eq(appointments.clinicId, clinicId)
				)
			);
		if (!visit) return refuse('not-found', { field: 'appointmentId' });
		return accept({ appointmentId, patientId: visit.patientId });
	}
	if (patientId === undefined) return accept({});
	const [patient] = await transaction
		.select({ id: patients.id })
		.from(patients)
		.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)));
	return patient ? accept({ patientId }) : refuse('not-found', { field: 'patientId' });
}
