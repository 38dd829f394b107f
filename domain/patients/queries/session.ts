/** Who is behind a patient's session. */
import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { dependants, patients, patientSessions } from '../../../db/schema/index.ts';
import { secretHash } from '../../../db/sessions.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { Origin } from '../../access/actor.ts';
import { patientActor } from '../../booking/visitor.ts';
import type { Site } from '../../site/site.ts';
import { dayOf, lastBirthDateOfAge } from '../age.ts';
import { contactHash } from '../commands/code-rows.ts';
import type { Contact, StoredContacts } from '../contact.ts';
import type { Person, SignedInPatient } from '../signed-in.ts';
import { sessionEnd, TOUCH_MS } from '../sign-in-rules.ts';

/**
 * @param token of the cookie
 * @param now epoch milliseconds
 * @returns who is signed in at this site; `null`: nobody, or at another organization's. Use extends the session.
 */
export function patientOfSession(
	database: Database,
	site: Site,
	token: string,
	origin: Origin | null,
	now: number = Date.now()
): Promise<SignedInPatient | null> {
	const { organizationId } = site;
	const id = secretHash(token);
	return inOrganization(database, organizationId, async (transaction) => {
		const [found] = await transaction
			.select({ session: patientSessions, patient: patients })
			.from(patientSessions)
			.innerJoin(
				patients,
				and(
					eq(patients.organizationId, patientSessions.organizationId),
					eq(patients.id, patientSessions.patientId)
				)
			)
			.where(
				and(
					...[eq(patientSessions.organizationId, organizationId), eq(patientSessions.id, id)],
					...[gt(patientSessions.expiresAt, new Date(now)), eq(patients.deceased, false)]
				)
			);
		const proven = found && provenOf(found.patient, found.session.contactHash);
		if (!found || !proven) return null;
		const { session, patient } = found;
		if (now - session.lastUsedAt.getTime() > TOUCH_MS) {
			const expiresAt = new Date(sessionEnd(session.createdAt.getTime(), now));
			await transaction
				.update(patientSessions)
				.set({ lastUsedAt: new Date(now), expiresAt })
				.where(eq(patientSessions.id, id));
		}
		const children = await childrenOf(transaction, { organizationId, guardianId: patient.id }, now);
		const actor = patientActor(site, patient.id, origin);
		return {
			actor: {
				...actor,
				sessionId: id,
				roles: [patient, ...children].flatMap((person) =>
					patientActor(site, person.id, origin).roles.slice()
				)
			},
			self: personOf(patient),
			...{ children, proven, language: patient.language }
		};
	});
}

/** Whatever was proven has to be the patient's still: reception may have found that it is somebody else's. */
function provenOf({ email, phone }: StoredContacts, hash: string): Contact['kind'] | null {
	if (email !== null && contactHash({ kind: 'email', value: email }) === hash) return 'email';
	return phone !== null && contactHash({ kind: 'phone', value: phone }) === hash ? 'phone' : null;
}

/** @returns for whom somebody acts now: whoever came of age acts alone */
export async function childrenOf(
	transaction: Transaction,
	{ organizationId, guardianId }: { organizationId: string; guardianId: string },
	now: number
): Promise<Person[]> {
	const rows = await transaction
		.select({ patient: patients })
		.from(dependants)
		.innerJoin(
			patients,
			and(
				eq(patients.organizationId, dependants.organizationId),
				eq(patients.id, dependants.patientId)
			)
		)
		.where(
			and(
				...[eq(dependants.organizationId, organizationId), isNull(dependants.endedAt)],
				...[eq(dependants.guardianId, guardianId), eq(patients.deceased, false)],
				gt(patients.birthDate, lastBirthDateOfAge(dayOf(now)))
			)
		)
		.orderBy(asc(patients.birthDate), asc(patients.id));
	return rows.map(({ patient }) => personOf(patient));
}

function personOf({ id, givenName, familyName, birthDate }: typeof patients.$inferSelect): Person {
	return { id, givenName, familyName, birthDate };
}
