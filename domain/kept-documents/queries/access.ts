/** Who may open a document that is kept. Default deny. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments, clinics } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize, type Subject } from '../../access/authorize.ts';
import { mayDraft } from '../../drafts/draft-summary.ts';
import { draftPlace } from '../../drafts/queries.ts';
import type { KeptName } from '../kept-name.ts';

/** What somebody may do with a document; `not-found`: there is none of the kind in their organization. */
export type KeptAccess = 'write' | 'read' | 'forbidden' | 'not-found';

/** @returns what the actor may do with a document, as things stand now */
export async function accessToKept(
	database: Database,
	actor: Actor,
	name: KeptName
): Promise<KeptAccess> {
	switch (name.kind) {
		case 'handover': {
			const subject = await clinicSubject(database, actor, name.clinicId);
			if (!subject) return 'not-found';
			if (!authorize(actor, 'handover.read', subject)) return 'forbidden';
			return authorize(actor, 'handover.write', subject) ? 'write' : 'read';
		}
		case 'visit-note': {
			const subject = await visitSubject(database, actor, name.appointmentId);
			if (!subject) return 'not-found';
			if (!authorize(actor, 'people.read', subject)) return 'forbidden';
			return authorize(actor, 'appointment.remark', subject) ? 'write' : 'read';
		}
		case 'draft': {
			const draft = await draftPlace(database, actor, name.draftId);
			if (!draft) return 'not-found';
			if (!mayDraft(actor, draft.clinicId)) return 'forbidden';
			// What was carried out or dropped is looked at, and stays as it was.
			return draft.state === 'open' ? 'write' : 'read';
		}
	}
}

async function clinicSubject(
	database: Database,
	actor: Actor,
	clinicId: string
): Promise<Subject | null> {
	const { organizationId } = actor;
	const [clinic] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ id: clinics.id })
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)))
	);
	return clinic ? { organizationId, clinicId, practitionerId: null } : null;
}

/** Without the patient on purpose: these notes are the staff's own, and no patient opens one. */
async function visitSubject(
	database: Database,
	actor: Actor,
	appointmentId: string
): Promise<Subject | null> {
	const { organizationId } = actor;
	const [visit] = await forActor(database, actor, (transaction) =>
		transaction
			.select({
				clinicId: appointments.clinicId,
				practitionerId: appointments.practitionerId
			})
			.from(appointments)
			.where(
				and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
			)
	);
	return visit ? { organizationId, ...visit } : null;
}
