/** Who may open a document that is kept. Default deny. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments, clinics } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
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
	if (name.kind === 'draft') return accessToDraft(database, actor, name.draftId);
	const subject = await forActor(database, actor, (transaction) =>
		subjectOfName(transaction, actor.organizationId, name)
	);
	if (!subject) return 'not-found';
	if (!mayReadKept(actor, name, subject)) return 'forbidden';
	const writes = name.kind === 'handover' ? 'handover.write' : 'appointment.remark';
	return authorize(actor, writes, subject) ? 'write' : 'read';
}

/** What was carried out or dropped is looked at, and stays as it was. */
async function accessToDraft(
	database: Database,
	actor: Actor,
	draftId: string
): Promise<KeptAccess> {
	const draft = await draftPlace(database, actor, draftId);
	if (!draft) return 'not-found';
	if (!mayDraft(actor, draft.clinicId)) return 'forbidden';
	return draft.state === 'open' ? 'write' : 'read';
}

/** @param subject of the same name */
export function mayReadKept(
	who: Pick<Actor, 'organizationId' | 'roles'>,
	{ kind }: KeptName,
	subject: Subject
): boolean {
	return authorize(who, kind === 'handover' ? 'handover.read' : 'people.read', subject);
}

/** @returns what a document is about; `null`: there is no such clinic or visit in the organization */
export async function subjectOfName(
	transaction: Transaction,
	organizationId: string,
	name: KeptName
): Promise<Subject | null> {
	switch (name.kind) {
		case 'handover':
			return clinicSubject(transaction, organizationId, name.clinicId);
		case 'visit-note':
			return visitSubject(transaction, organizationId, name.appointmentId);
		case 'draft':
			return null;
	}
}

async function clinicSubject(
	transaction: Transaction,
	organizationId: string,
	clinicId: string
): Promise<Subject | null> {
	const [clinic] = await transaction
		.select({ id: clinics.id })
		.from(clinics)
		.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
	return clinic ? { organizationId, clinicId, practitionerId: null } : null;
}

/** Without the patient on purpose: these notes are the staff's own, and no patient opens one. */
async function visitSubject(
	transaction: Transaction,
	organizationId: string,
	appointmentId: string
): Promise<Subject | null> {
	const [visit] = await transaction
		.select({ clinicId: appointments.clinicId, practitionerId: appointments.practitionerId })
		.from(appointments)
		.where(
			and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
		);
	return visit ? { organizationId, ...visit } : null;
}
