/** Which patients the rows of a list are, who of them waits already, and putting the others on the waitlist. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { sealFor } from '../../../../db/encryption/sealed-columns.ts';
import { sealWith, type DataKey } from '../../../../db/encryption/sealing.ts';
import { waitlistEntries } from '../../../../db/schema/index.ts';
import type { Transaction } from '../../../../db/transaction.ts';
import { searchTextOf } from '../../../directory/patient-search.ts';
import { weekdayBits, type EntrySource } from '../../entry.ts';
import { contactKeys, type ListedRow } from '../../import/same-person.ts';

const SOURCE: EntrySource = 'import';

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
		SELECT asked.at, known.id, known.phone, known.email
		FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS asked(at int, born date, start text)
		-- Joined as a set, everybody of the organization would be read for each batch.
		CROSS JOIN LATERAL (
			SELECT id, phone, email FROM patients
			WHERE organization_id = ${organizationId} AND birth_date = asked.born
				AND starts_with(search_text, asked.start)
			OFFSET 0
		) AS known
		ORDER BY known.id`);
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

/**
 * Puts rows on the waitlist whose patients do not wait yet. Rows go to PostgreSQL as one JSON text a table: building
 * statements with thousands of parameters took four times as long as carrying them out. @returns the rows that went
 */
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
	const written = entries.map(({ id, patientId, row: { wish, waitingSince } }) => ({
		...{ id, patient_id: patientId, service_id: wish.serviceId, urgency: wish.urgency },
		...{ first_date: wish.firstDate, last_date: wish.lastDate },
		weekdays: weekdayBits(wish.weekdays),
		...{ from_minute: wish.fromMinute, until_minute: wish.untilMinute },
		notice_minutes: wish.noticeMinutes,
		sealed_note:
			wish.note === ''
				? null
				: sealWith(key, sealFor(organizationId, 'waitlist_entries.sealed_note', id), wish.note),
		waiting_since: waitingSince === null ? now : instantOf(waitingSince)
	}));
	// Somebody may put the same person on the list at this moment: the index decides.
	const { rows: added } = await transaction.execute<{ id: string }>(sql`
		INSERT INTO waitlist_entries (organization_id, id, patient_id, service_id, urgency, first_date, last_date, weekdays,
			from_minute, until_minute, notice_minutes, sealed_note, waiting_since, source, made_by)
		SELECT ${organizationId}, id, patient_id, service_id, urgency, first_date, last_date, weekdays,
			from_minute, until_minute, notice_minutes, sealed_note, waiting_since, ${SOURCE}, ${userId}
		FROM jsonb_to_recordset(${JSON.stringify(written)}::jsonb) AS entry(id uuid, patient_id uuid, service_id uuid,
			urgency text, first_date date, last_date date, weekdays smallint, from_minute smallint, until_minute smallint,
			notice_minutes int, sealed_note text, waiting_since timestamptz)
		ON CONFLICT DO NOTHING
		RETURNING id`);
	const ids = new Set(added.map(({ id }) => id));
	const went = entries.filter(({ id }) => ids.has(id));
	const places = (of: 'clinicIds' | 'practitionerIds') =>
		JSON.stringify(
			went.flatMap(({ id, row }) => row.wish[of].map((place) => ({ entry: id, place })))
		);
	await transaction.execute(sql`
		INSERT INTO waitlist_clinics (organization_id, entry_id, clinic_id)
		SELECT ${organizationId}, entry, place
		FROM jsonb_to_recordset(${places('clinicIds')}::jsonb) AS one(entry uuid, place uuid)`);
	await transaction.execute(sql`
		INSERT INTO waitlist_practitioners (organization_id, entry_id, practitioner_id)
		SELECT ${organizationId}, entry, place
		FROM jsonb_to_recordset(${places('practitionerIds')}::jsonb) AS one(entry uuid, place uuid)`);
	return new Set(went.map(({ row }) => row));
}

/**
 * Before many rows are written into tables that may have been empty a minute ago: the checks of their keys were planned
 * then to read them from end to end, once for each row, and stay so planned on every connection.
 */
export async function planAlongIndexes(transaction: Transaction): Promise<void> {
	await transaction.execute(sql`SELECT set_config('enable_seqscan', 'off', true)`);
	await transaction.execute(sql`DISCARD PLANS`);
}

/** Makes the patients that nobody is yet. @returns their ids by the person's number in the list */
async function addMissing(
	transaction: Transaction,
	organizationId: string,
	rows: readonly KnownRow[]
): Promise<Map<number, string>> {
	const ids = new Map<number, string>();
	const made: object[] = [];
	for (const { row, patientId } of rows) {
		if (patientId !== null || ids.has(row.personNumber)) continue;
		const id = crypto.randomUUID();
		const { familyName, givenName, birthDate, phone, email } = row.person;
		ids.set(row.personNumber, id);
		made.push({
			...{ id, family_name: familyName, given_name: givenName, birth_date: birthDate },
			...{ phone, email, search_text: searchTextOf(row.person) }
		});
	}
	if (made.length === 0) return ids;
	const people = JSON.stringify(made);
	await transaction.execute(sql`
		INSERT INTO resources (organization_id, id, kind)
		SELECT ${organizationId}, id, 'patient' FROM jsonb_to_recordset(${people}::jsonb) AS person(id uuid)`);
	await transaction.execute(sql`
		INSERT INTO patients (organization_id, id, family_name, given_name, birth_date, phone, email, search_text, import_key)
		SELECT ${organizationId}, id, family_name, given_name, birth_date, phone, email, search_text, id::text
		FROM jsonb_to_recordset(${people}::jsonb) AS person(id uuid, family_name text, given_name text, birth_date date,
			phone text, email text, search_text text)`);
	return ids;
}
