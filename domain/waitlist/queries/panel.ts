/** Who waits, for the staff's panel and dashboard. */
import type { Database } from '../../../db/database.ts';
import { UNREADABLE } from '../../../db/encryption/visit-texts.ts';
import { sealFor } from '../../../db/encryption/sealed-columns.ts';
import { unseal } from '../../../db/encryption/sealing.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { listName, searchTerms } from '../../directory/patient-search.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { weekdaysOf } from '../entry.ts';
import {
	daysOfAge,
	MAX_LISTED,
	type WaitingPage,
	type WaitingPerson,
	type WaitingQuery
} from '../panel.ts';

/** Whoever waits still; a job may be late in saying that the last day went by. */
export const STILL_WAITING = `e.state = 'waiting' AND e.last_date >= current_date - 1`;

const RANK = `CASE e.urgency WHEN 'urgent' THEN 0 WHEN 'soon' THEN 1 ELSE 2 END`;
const KEYS = { urgency: `(${RANK}, e.waiting_since, e.id)`, age: '(e.waiting_since, e.id)' };

/** Instants are epoch milliseconds. */
interface Row extends Omit<
	WaitingPerson,
	'patient' | 'service' | 'weekdays' | 'note' | 'offer' | 'clinics' | 'doctors'
> {
	patientId: string;
	familyName: string;
	givenName: string;
	birthDate: string | null;
	phone: string | null;
	isNamed: boolean;
	serviceId: string;
	serviceName: string;
	durationMinutes: number;
	clinics: { id: string; name: string }[] | null;
	doctors: { id: string; name: string }[] | null;
	weekdayBits: number;
	sealedNote: string | null;
	offer: WaitingPerson['offer'];
}

/** Which entries; what is left out may be anything. */
export interface Which {
	clinicId?: string;
	serviceId?: string;
	patientId?: string;
	entryIds?: readonly string[];
}

/**
 * Reads a page of those who wait. Where it says who somebody is, the audit says so in the same transaction.
 * @param toldBefore patients whom this session was told of a moment ago: looking again at the same list every few
 *   seconds is one look
 * @returns the page, and whom it names; `not-allowed`
 */
export async function searchWaitlist(
	database: Database,
	actor: Actor,
	query: WaitingQuery,
	toldBefore: ReadonlySet<string> = new Set()
): Promise<Result<WaitingPage>> {
	if (!mayRead(actor, query.clinicId)) return refuse('not-allowed');
	const { rows, found } = await forActor(database, actor, async (transaction) => {
		const read = await select(transaction, actor, query, {});
		await auditLook(transaction, actor, read.rows.slice(0, query.limit), query, toldBefore);
		return read;
	});
	const shown = rows.slice(0, query.limit);
	return accept({
		people: await Promise.all(shown.map((row) => toldPerson(database, actor, row))),
		found,
		next: rows.length > query.limit ? shown.at(-1)!.id : null
	});
}

/** @returns these entries as far as they wait still, the longest waiting first, at most 200; `not-allowed` */
export async function waitingPeople(
	database: Database,
	actor: Actor,
	which: Which,
	toldBefore: ReadonlySet<string> = new Set()
): Promise<Result<WaitingPerson[]>> {
	const { clinicId, serviceId } = which;
	if (!mayRead(actor, clinicId)) return refuse('not-allowed');
	const query: WaitingQuery = { clinicId, serviceId, text: '', order: 'age', limit: MAX_LISTED };
	const rows = await forActor(database, actor, async (transaction) => {
		const read = await select(transaction, actor, query, which);
		await auditLook(transaction, actor, read.rows, query, toldBefore);
		return read.rows;
	});
	return accept(await Promise.all(rows.map((row) => toldPerson(database, actor, row))));
}

/** @returns whether the actor may know who waits at a clinic; without one, at all of them */
export function mayRead(actor: Actor, clinicId: string | undefined): boolean {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: clinicId ?? null, practitionerId: null };
	return authorize(actor, 'waitlist.read', subject);
}

async function select(
	transaction: Transaction,
	actor: Actor,
	query: WaitingQuery,
	{ entryIds, patientId }: Which
): Promise<{ rows: Row[]; found: number }> {
	const { organizationId } = actor;
	const { rows: clinics } = await transaction.$client.query<{ id: string }>(
		'SELECT id FROM clinics WHERE organization_id = $1',
		[organizationId]
	);
	const named = clinics
		.map(({ id }) => id)
		.filter((clinicId) =>
			authorize(actor, 'people.read', { organizationId, clinicId, practitionerId: null })
		);
	const values: unknown[] = [organizationId, named];
	const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
	const of = (table: string) =>
		`SELECT 1 FROM ${table} x WHERE x.organization_id = $1 AND x.entry_id = e.id`;
	// Who names no clinic comes to every one: also to those whose patients may be known.
	const isNamed = `(cardinality($2::uuid[]) > 0 AND NOT EXISTS (${of('waitlist_clinics')})
		OR EXISTS (${of('waitlist_clinics')} AND x.clinic_id = ANY($2::uuid[])))`;
	const conditions = ['e.organization_id = $1', STILL_WAITING];
	if (entryIds) conditions.push(`e.id = ANY(${given(entryIds, 'uuid[]')})`);
	if (patientId) conditions.push(`e.patient_id = ${given(patientId, 'uuid')}`);
	if (query.clinicId) {
		conditions.push(`(NOT EXISTS (${of('waitlist_clinics')})
			OR EXISTS (${of('waitlist_clinics')} AND x.clinic_id = ${given(query.clinicId, 'uuid')}))`);
	}
	if (query.serviceId) conditions.push(`e.service_id = ${given(query.serviceId, 'uuid')}`);
	if (query.urgency) conditions.push(`e.urgency = ${given(query.urgency, 'text')}`);
	if (query.age) {
		const { from, before } = daysOfAge(query.age);
		const ago = (days: number) => `now() - ${given(days, 'int')} * interval '1 day'`;
		conditions.push(`e.waiting_since <= ${ago(from)}`);
		if (before !== null) conditions.push(`e.waiting_since > ${ago(before)}`);
	}
	const terms = searchTerms(query.text);
	if (terms.length > 0) {
		conditions.push(isNamed);
		for (const term of terms) {
			conditions.push(`p.search_text ILIKE ${given(`%${escapeLike(term)}%`, 'text')}`);
		}
	}
	const from = `waitlist_entries e JOIN patients p ON p.organization_id = $1 AND p.id = e.patient_id`;
	const counted = await transaction.$client.query<{ found: number }>(
		`SELECT count(*)::int AS found FROM ${from}
		WHERE ${conditions.join(' AND ')} AND cardinality($2::uuid[]) >= 0`,
		values
	);
	const key = KEYS[query.order];
	if (query.after) {
		conditions.push(`${key} > (SELECT ${key.slice(1, -1)} FROM waitlist_entries e
			WHERE e.organization_id = $1 AND e.id = ${given(query.after, 'uuid')})`);
	}
	const { rows } = await transaction.$client.query<Row>(
		`SELECT e.id, e.revision, e.patient_id AS "patientId", p.family_name AS "familyName",
			p.given_name AS "givenName", p.birth_date::text AS "birthDate", p.phone, ${isNamed} AS "isNamed",
			s.id AS "serviceId", s.name AS "serviceName", s.duration_minutes AS "durationMinutes", e.urgency,
			e.first_date::text AS "firstDate", e.last_date::text AS "lastDate", e.weekdays AS "weekdayBits",
			e.from_minute AS "fromMinute", e.until_minute AS "untilMinute", e.notice_minutes AS "noticeMinutes",
			e.sealed_note AS "sealedNote", e.source, epoch_ms(e.waiting_since)::float8 AS "waitingSince",
			(SELECT json_agg(json_build_object('id', c.id, 'name', c.name) ORDER BY c.name)
				FROM waitlist_clinics x JOIN clinics c ON c.organization_id = $1 AND c.id = x.clinic_id
				WHERE x.organization_id = $1 AND x.entry_id = e.id) AS clinics,
			(SELECT json_agg(json_build_object('id', d.id, 'name', d.name) ORDER BY d.name)
				FROM waitlist_practitioners x JOIN practitioners d ON d.organization_id = $1 AND d.id = x.practitioner_id
				WHERE x.organization_id = $1 AND x.entry_id = e.id) AS doctors,
			o.missed, o.passed, o.offer
		FROM ${from}
			JOIN services s ON s.organization_id = $1 AND s.id = e.service_id
			CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE state = 'expired')::int AS missed,
				count(*) FILTER (WHERE state = 'passed')::int AS passed,
				(array_agg(json_build_object('id', id, 'state', state, 'startsAt', epoch_ms(starts_at)::float8,
					'expiresAt', epoch_ms(expires_at)::float8)) FILTER (WHERE state IN ('proposed', 'made')))[1] AS offer
				FROM waitlist_offers WHERE organization_id = $1 AND patient_id = e.patient_id AND entry_id = e.id) o
		WHERE ${conditions.join(' AND ')} ORDER BY ${key.slice(1, -1)} LIMIT ${given(query.limit + 1, 'int')}`,
		values
	);
	return { rows, found: counted.rows[0]!.found };
}

async function auditLook(
	transaction: Transaction,
	actor: Actor,
	rows: readonly Row[],
	{ clinicId }: WaitingQuery,
	toldBefore: ReadonlySet<string>
): Promise<void> {
	const named = rows.filter(({ isNamed }) => isNamed).map(({ patientId }) => patientId);
	const patientIds = [...new Set(named)].filter((id) => !toldBefore.has(id));
	if (patientIds.length === 0) return;
	await audit(transaction, actor, {
		...{ kind: 'waitlist-read', detail: { found: rows.length, patientIds } },
		...(clinicId ? { clinicId } : {})
	});
}

async function toldPerson(database: Database, actor: Actor, row: Row): Promise<WaitingPerson> {
	const { patientId, isNamed, serviceId, serviceName, durationMinutes } = row;
	return {
		...{ id: row.id, revision: row.revision, urgency: row.urgency, source: row.source },
		patient: isNamed
			? { id: patientId, name: listName(row), birthDate: row.birthDate, phone: row.phone }
			: null,
		service: { id: serviceId, name: serviceName, durationMinutes },
		...{ clinics: row.clinics ?? [], doctors: row.doctors ?? [] },
		...{ firstDate: row.firstDate, lastDate: row.lastDate },
		weekdays: weekdaysOf(row.weekdayBits),
		...{ fromMinute: row.fromMinute, untilMinute: row.untilMinute },
		noticeMinutes: row.noticeMinutes,
		note: isNamed ? await noteOf(database, actor.organizationId, row) : '',
		...{ waitingSince: row.waitingSince, missed: row.missed, passed: row.passed },
		offer: row.offer
	};
}

async function noteOf(
	database: Database,
	organizationId: string,
	{ id, sealedNote }: Row
): Promise<string> {
	if (sealedNote === null) return '';
	const seal = sealFor(organizationId, 'waitlist_entries.sealed_note', id);
	return unseal(database, seal, sealedNote).catch(() => UNREADABLE);
}

function escapeLike(term: string): string {
	return term.replace(/[\\%_]/g, (wildcard) => `\\${wildcard}`);
}
