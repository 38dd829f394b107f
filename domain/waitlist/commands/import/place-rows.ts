/** Which patients the rows of a list are, who of them waits already, and putting the others on the waitlist. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { sealFor } from '../../../../db/encryption/sealed-columns.ts';
import { sealWith, type DataKey } from '../../../../db/encryption/sealing.ts';
import {
	patients,
	resources,
	waitlistClinics,
	waitlistEntries,
	waitlistPractitioners
} from '../../../../db/schema/index.ts';
import type { Transaction } from '../../../../db/transaction.ts';
import { searchTextOf } from '../../../directory/patient-search.ts';
import { weekdayBits } from '../../entry.ts';
import { contactKeys, type ListedRow } from '../../import/same-person.ts';

export interface KnownRow {
	row: ListedRow;
	/** `null`: nobody is known like that yet. */
	patientId: string | null;
	/** For this service. */
	waits: boolean;
}

/**
 * @returns for each row the patient of that name, birth date and one of the contacts. Of several the one who waits for
 * the service: the same list brought again finds whom it made.
 */
export async function findKnown(
	transaction: Transaction,
	organizationId: string,
	rows: readonly ListedRow[]
): Promise<KnownRow[]> {
	const asked = rows.map(({ person }, at) => ({
		...{ at, born: person.birthDate, start: person.searchStart }
	}));
	const { rows: found } = await transaction.execute<{
		at: number;
		id: string;
		phone: string | null;
		email: string | null;
	}>(sql`
		SELECT asked.at, patients.id, patients.phone, patients.email
		FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS asked(at int, born date, start text)
		JOIN patients ON patients.organization_id = ${organizationId}
			AND patients.birth_date = asked.born AND starts_with(patients.search_text, asked.start)
		ORDER BY patients.id`);
	const matches = rows.map((): string[] => []);
	for (const { at, id, phone, email } of found) {
		const { contacts } = rows[at]!.person;
		const isSame = contactKeys({ phone, email }).some((key) => contacts.includes(key));
		if (isSame) matches[at]!.push(id);
	}
	const waiting = await whoWaits(transaction, organizationId, matches.flat());
	return rows.map((row, at) => {
		const waits = matches[at]!.find((id) => waiting.has(`${id} ${row.wish.serviceId}`));
		return { row, patientId: waits ?? matches[at]![0] ?? null, waits: waits !== undefined };
	});
}

async function whoWaits(
	transaction: Transaction,
	organizationId: string,
	patientIds: readonly string[]
): Promise<Set<string>> {
	if (patientIds.length === 0) return new Set();
	const found = await transaction
		.select({ patientId: waitlistEntries.patientId, serviceId: waitlistEntries.serviceId })
		.from(waitlistEntries)
		.where(
			and(
				eq(waitlistEntries.organizationId, organizationId),
				inArray(waitlistEntries.patientId, [...new Set(patientIds)]),
				eq(waitlistEntries.state, 'waiting')
			)
		);
	return new Set(found.map(({ patientId, serviceId }) => `${patientId} ${serviceId}`));
}

export interface PlacingContext {
	organizationId: string;
	/** Who brought the list. */
	userId: string;
	key: DataKey;
	/** @returns when a local day began */
	instantOf(date: string): Date;
	now: Date;
}

/** Puts rows on the waitlist whose patients do not wait yet. @returns the rows that went */
export async function addRows(
	transaction: Transaction,
	{ organizationId, userId, key, instantOf, now }: PlacingContext,
	rows: readonly KnownRow[]
): Promise<Set<ListedRow>> {
	if (rows.length === 0) return new Set();
	const patientIds = await addMissing(transaction, organizationId, rows);
	const entries = rows.map(({ row, patientId }) => ({
		id: crypto.randomUUID(),
		row,
		patientId: patientId ?? patientIds.get(row.personNumber)!
	}));
	const added = await transaction
		.insert(waitlistEntries)
		.values(
			entries.map(({ id, patientId, row: { wish, waitingSince } }) => ({
				...{ organizationId, id, patientId, serviceId: wish.serviceId, urgency: wish.urgency },
				...{ firstDate: wish.firstDate, lastDate: wish.lastDate },
				weekdays: weekdayBits(wish.weekdays),
				...{ fromMinute: wish.fromMinute, untilMinute: wish.untilMinute },
				...{ noticeMinutes: wish.noticeMinutes, source: 'import' as const, madeBy: userId },
				sealedNote:
					wish.note === ''
						? null
						: sealWith(key, sealFor(organizationId, 'waitlist_entries.sealed_note', id), wish.note),
				waitingSince: waitingSince === null ? now : instantOf(waitingSince)
			}))
		)
		// Somebody may put the same person on the list at this moment: the index decides.
		.onConflictDoNothing()
		.returning({ id: waitlistEntries.id });
	const ids = new Set(added.map(({ id }) => id));
	const went = entries.filter(({ id }) => ids.has(id));
	const places = went.flatMap(({ id, row }) =>
		row.wish.clinicIds.map((clinicId) => ({ organizationId, entryId: id, clinicId }))
	);
	if (places.length > 0) await transaction.insert(waitlistClinics).values(places);
	const doctors = went.flatMap(({ id, row }) =>
		row.wish.practitionerIds.map((practitionerId) => ({
			...{ organizationId, entryId: id, practitionerId }
		}))
	);
	if (doctors.length > 0) await transaction.insert(waitlistPractitioners).values(doctors);
	return new Set(went.map(({ row }) => row));
}

/** Makes the patients that nobody is yet. @returns their ids by the person's number in the list */
async function addMissing(
	transaction: Transaction,
	organizationId: string,
	rows: readonly KnownRow[]
): Promise<Map<number, string>> {
	const ids = new Map<number, string>();
	const made: (typeof patients.$inferInsert)[] = [];
	for (const { row, patientId } of rows) {
		if (patientId !== null || ids.has(row.personNumber)) continue;
		const id = crypto.randomUUID();
		const { familyName, givenName, birthDate, phone, email } = row.person;
		const person = { familyName, givenName, birthDate, phone, email };
		ids.set(row.personNumber, id);
		made.push({
			...{ organizationId, id, ...person, searchText: searchTextOf(person), importKey: id }
		});
	}
	if (made.length === 0) return ids;
	await transaction
		.insert(resources)
		.values(made.map(({ id }) => ({ organizationId, id, kind: 'patient' as const })));
	await transaction.insert(patients).values(made);
	return ids;
}
