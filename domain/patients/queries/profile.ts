/** What patients read of themselves. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { patients } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';

export type Profile = Pick<
	typeof patients.$inferSelect,
	'givenName' | 'familyName' | 'birthDate' | 'email' | 'phone' | 'contactChannel' | 'language'
>;

/** @returns `null` for a patient whom the actor may not know */
export async function readProfile(
	database: Database,
	actor: Actor,
	patientId: string
): Promise<Profile | null> {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: null, practitionerId: null, patientId };
	if (!authorize(actor, 'people.read', subject)) return null;
	const [found] = await forActor(database, actor, (transaction) =>
		transaction
			.select()
			.from(patients)
			.where(and(eq(patients.organizationId, organizationId), eq(patients.id, patientId)))
	);
	if (!found) return null;
	const { givenName, familyName, birthDate, email, phone, contactChannel, language } = found;
	return { givenName, familyName, birthDate, email, phone, contactChannel, language };
}
