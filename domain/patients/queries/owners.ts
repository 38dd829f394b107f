/** Whose an e-mail address or a telephone number is. */
import { and, eq, sql } from 'drizzle-orm';
import { patients } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { ownersOf, type Contact } from '../contact.ts';

export type StoredPatient = typeof patients.$inferSelect;

/** @returns the living patients of an organization that have a contact; nobody, where it is not clear whose it is */
export async function patientsWith(
	transaction: Transaction,
	organizationId: string,
	contact: Contact
): Promise<StoredPatient[]> {
	const candidates = await transaction
		.select()
		.from(patients)
		.where(
			and(
				...[eq(patients.organizationId, organizationId), eq(patients.deceased, false)],
				contact.kind === 'email'
					? sql`lower(${patients.email}) = ${contact.value.toLowerCase()}`
					: sql`phone_key(${patients.phone}) = phone_key(${contact.value})`
			)
		)
		.orderBy(sql`${patients.established} desc`, patients.id);
	return ownersOf(candidates, contact);
}
