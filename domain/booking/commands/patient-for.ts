/** Which patient somebody is who says who they are. */
import { and, eq } from 'drizzle-orm';
import { patients, resources } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { foldText, searchTextOf } from '../../directory/patient-search.ts';
import type { PatientDetails } from '../patient-details.ts';

export type NewPatient = Pick<
	typeof patients.$inferInsert,
	'contactChannel' | 'language' | 'givenName' | 'familyName'
> & { birthDate: string; phone: string | null; email: string | null };

/** @returns the patient that these details are of, made when there is none */
export async function patientFor(
	transaction: Transaction,
	organizationId: string,
	details: PatientDetails
): Promise<string> {
	const { givenName, familyName, birthDate, phone, email } = details;
	const digits = (number: string | null) => number?.replace(/\D/g, '') ?? null;
	const namesakes = await namesakesOf(transaction, organizationId, details);
	const known = namesakes.filter(
		(one) =>
			(phone !== null && digits(one.phone) === digits(phone)) ||
			(email !== null && one.email?.toLowerCase() === email)
	);
	if (known.length === 1) return known[0]!.id;
	const person = { familyName, givenName, birthDate, phone, email };
	return addPatient(transaction, organizationId, person);
}

/** @returns the patients of the same name and birth date, however the name is spelt in accents and capitals */
export async function namesakesOf(
	transaction: Transaction,
	organizationId: string,
	{ givenName, familyName, birthDate }: Pick<NewPatient, 'givenName' | 'familyName' | 'birthDate'>
): Promise<(typeof patients.$inferSelect)[]> {
	const born = await transaction
		.select()
		.from(patients)
		.where(and(eq(patients.organizationId, organizationId), eq(patients.birthDate, birthDate)));
	return born.filter(
		(one) =>
			foldText(one.familyName) === foldText(familyName) &&
			foldText(one.givenName) === foldText(givenName)
	);
}

/** @returns the new patient's id */
export async function addPatient(
	transaction: Transaction,
	organizationId: string,
	person: NewPatient
): Promise<string> {
	const id = crypto.randomUUID();
	await transaction.insert(resources).values({ organizationId, id, kind: 'patient' });
	await transaction
		.insert(patients)
		.values({ organizationId, id, ...person, searchText: searchTextOf(person), importKey: id });
	return id;
}
