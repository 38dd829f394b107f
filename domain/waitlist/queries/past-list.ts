/** Reads times that became free, and the list as it was then: four statements, however many they are. */
import type { Transaction } from '../../../db/transaction.ts';
import { MAX_DRY_RUN_TIMES } from '../dry-run.ts';
import {
	PastList,
	type PastEntry,
	type PastOffer,
	type PastOpening,
	type PastVisit
} from '../past-list.ts';

/**
 * @param from when times became free, and before when (`until`); epoch milliseconds
 * @returns the newest of them first, and how many more there are
 */
export async function readPastOpenings(
	{ $client }: Transaction,
	organizationId: string,
	{ from, until }: { from: number; until: number }
): Promise<{ openings: PastOpening[]; leftOut: number }> {
	const { rows } = await $client.query<PastOpening & { found: number }>(OPENINGS, [
		...[organizationId, new Date(from), new Date(until), MAX_DRY_RUN_TIMES]
	]);
	const openings = rows.map(({ found: _, ...opening }) => opening);
	return { openings, leftOut: (rows[0]?.found ?? 0) - rows.length };
}

/** @param openings at least one. @returns who was on the list when any of them became free */
export async function readPastList(
	{ $client }: Transaction,
	organizationId: string,
	openings: readonly PastOpening[]
): Promise<PastList> {
	const madeAt = openings.map((one) => one.madeAt);
	const [first, last] = [new Date(Math.min(...madeAt)), new Date(Math.max(...madeAt))];
	const services = openings.flatMap((one) => one.services.map(({ id }) => id));
	const considered = openings.flatMap((one) => one.considered);
	const listed = [
		...[organizationId, first, last],
		...[[...new Set(services)], [...new Set(considered)]]
	];
	const { rows: entries } = await $client.query<PastEntry>(ENTRIES, listed);
	const { rows: offers } = await $client.query<PastOffer>(OFFERS, listed);
	const { rows: visits } = await $client.query<PastVisit>(VISITS, [
		...listed,
		new Date(Math.min(...openings.map(({ startsAt }) => startsAt))),
		new Date(Math.max(...openings.map(({ endsAt }) => endsAt)))
	]);
	return new PastList(entries, offers, visits);
}

/** $2 to $3 when they became free, $4 how many. What staff made by hand nobody gave back. */
const OPENINGS = `SELECT w.id, w.clinic_id AS "clinicId", w.practitioner_id AS "practitionerId", c.zone,
		epoch_ms(w.starts_at)::float8 AS "startsAt", epoch_ms(w.ends_at)::float8 AS "endsAt",
		epoch_ms(w.made_at)::float8 AS "madeAt", count(*) OVER ()::int AS found,
		(SELECT coalesce(json_agg(json_build_object('id', s.id,
				'minutes', coalesce(o.duration_minutes, s.duration_minutes), 'minAgeYears', s.min_age_years,
				'maxAgeYears', s.max_age_years, 'sex', s.sex, 'patients', s.patients)), '[]')
			FROM practitioner_services o JOIN services s ON s.organization_id = $1 AND s.id = o.service_id
			WHERE o.organization_id = $1 AND o.practitioner_id = w.practitioner_id) AS services,
		ARRAY(SELECT DISTINCT m.entry_id FROM waitlist_matches m
			WHERE m.organization_id = $1 AND m.opening_id = w.id) AS considered
	FROM waitlist_openings w JOIN clinics c ON c.organization_id = $1 AND c.id = w.clinic_id
	WHERE w.organization_id = $1 AND w.made_at >= $2 AND w.made_at < $3 AND w.cause <> 'by-hand'
	ORDER BY w.made_at DESC, w.id LIMIT $4`;

/** $2 the first moment, $3 the last, $4 services, $5 entries that were considered. */
const LISTED = `e.organization_id = $1 AND (e.id = ANY($5::uuid[]) OR e.service_id = ANY($4::uuid[])
	AND e.waiting_since <= $3 AND (e.ended_at IS NULL OR e.ended_at > $2))`;

const ENTRIES = `SELECT e.id AS "entryId", e.patient_id AS "patientId", e.service_id AS "serviceId",
		s.duration_minutes AS "serviceMinutes", e.urgency,
		epoch_ms(date_trunc('milliseconds', e.waiting_since))::float8 AS "waitingSince",
		epoch_ms(e.ended_at)::float8 AS "endedAt", e.first_date::text AS "firstDate", e.last_date::text AS "lastDate",
		e.weekdays, e.from_minute AS "fromMinute", e.until_minute AS "untilMinute", e.notice_minutes AS "noticeMinutes",
		ARRAY(SELECT x.clinic_id FROM waitlist_clinics x
			WHERE x.organization_id = $1 AND x.entry_id = e.id) AS "clinicIds",
		ARRAY(SELECT x.practitioner_id FROM waitlist_practitioners x
			WHERE x.organization_id = $1 AND x.entry_id = e.id) AS "practitionerIds",
		json_build_object('birthDate', p.birth_date, 'sex', p.sex, 'established', p.established,
			'deceased', p.deceased, 'messagesBlocked', p.messages_blocked) AS patient
	FROM waitlist_entries e JOIN patients p ON p.organization_id = $1 AND p.id = e.patient_id
		JOIN services s ON s.organization_id = $1 AND s.id = e.service_id
	WHERE ${LISTED}`;

/** Those that held at some moment of it, and those that were missed before. */
const OFFERS = `SELECT o.entry_id AS "entryId", o.opening_id AS "openingId", o.state,
		epoch_ms(o.made_at)::float8 AS "madeAt", epoch_ms(o.ended_at)::float8 AS "endedAt"
	FROM waitlist_offers o JOIN waitlist_entries e ON e.organization_id = $1 AND e.id = o.entry_id
	WHERE o.organization_id = $1 AND o.made_at <= $3 AND (o.ended_at IS NULL OR o.ended_at > $2 OR o.state = 'expired')
		AND ${LISTED}`;

/** $6 to $7 what the times lie in. Whoever did not come was expected then. */
const VISITS = `SELECT a.patient_id AS "patientId", epoch_ms(a.booked_at)::float8 AS "bookedAt",
		epoch_ms(a.starts_at)::float8 AS "startsAt", epoch_ms(a.ends_at)::float8 AS "endsAt"
	FROM appointments a
	WHERE a.organization_id = $1 AND a.ends_at > $6 AND a.starts_at < $7 AND a.starts_at > $6 - interval '12 hours'
		AND a.booked_at < $3 AND a.status NOT IN ('cancelled', 'needs-review')
		AND a.patient_id IN (SELECT e.patient_id FROM waitlist_entries e WHERE ${LISTED})`;
