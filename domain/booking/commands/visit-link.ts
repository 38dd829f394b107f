/** Links with which somebody comes back to a visit without signing in. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { appointments, visitLinks } from '../../../db/schema/index.ts';
import { newSecret, secretHash } from '../../../db/sessions.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';

/** For how long after a visit its link still shows what it was. */
const LINK_DAYS_AFTER = 30;

/** @returns the secret of a new link to a visit, which has to be there */
export async function insertVisitLink(
	transaction: Transaction,
	organizationId: string,
	appointmentId: string
): Promise<string> {
	const secret = newSecret();
	const [visit] = await transaction
		.select({ endsAt: appointments.endsAt })
		.from(appointments)
		.where(
			and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
		);
	const expiresAt = new Date(visit!.endsAt.getTime() + LINK_DAYS_AFTER * 86_400_000);
	await transaction
		.insert(visitLinks)
		.values({ organizationId, id: secretHash(secret), appointmentId, expiresAt });
	return secret;
}

/** @returns the secret of a new link to a visit of the patient's, in a transaction of its own */
export function visitLinkOf(
	database: Database,
	patient: Actor,
	appointmentId: string
): Promise<string> {
	return forActor(database, patient, (transaction) =>
		insertVisitLink(transaction, patient.organizationId, appointmentId)
	);
}
