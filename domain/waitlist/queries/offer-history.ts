/** Reading what was done with times that became free: the newest first. */
import type { Database } from '../../../db/database.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { listName } from '../../directory/patient-search.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import {
	MATCHES_SHOWN,
	MOST_MATCHES_SHOWN,
	type HistoryCursor,
	type HistoryFilter,
	type HistoryMatch,
	type HistoryOffer,
	type HistoryPage,
	type HistoryPerson,
	type HistoryRow
} from '../offer-history.ts';
import type { Score } from '../score.ts';

export interface HistorySearch {
	filter: HistoryFilter;
	/** After which row the page begins; left out: at the beginning. */
	after?: HistoryCursor | undefined;
	/** Rows of the page. */
	limit: number;
}

/**
 * Reads a page of the history. Where it says who somebody is, the audit says so in the same transaction.
 * @returns what fits the filter; patients by name only where the actor may read who the patients of that clinic are;
 *   `not-allowed`
 */
export async function readOfferHistory(
	database: Database,
	actor: Actor,
	{ filter, after, limit }: HistorySearch
): Promise<Result<HistoryPage>> {
	const { organizationId } = actor;
	const everybody = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'waitlist.read', everybody)) return refuse('not-allowed');
	const { text, values } = listStatement(organizationId, filter, after, limit);
	return forActor(database, actor, async (transaction) => {
		const listed = await rowsOf<ListedRow>(transaction, text, values);
		const shown = listed.slice(0, limit);
		const named = new Map<string, boolean>();
		const isNamedAt = (clinicId: string) => {
			const known = named.get(clinicId);
			if (known !== undefined) return known;
			const may = authorize(actor, 'people.read', { ...everybody, clinicId });
			named.set(clinicId, may);
			return may;
		};
		const ids = [shown.map(({ id }) => id), filter.entry ?? null];
		const most = filter.opening === undefined ? MATCHES_SHOWN : MOST_MATCHES_SHOWN;
		const matches = await rowsOf<MatchRow>(transaction, MATCHES, [organizationId, ...ids, most]);
		const offers = await rowsOf<OfferRow>(transaction, OFFERS, [organizationId, ...ids]);
		const told = new Set<string>();
		const person = (row: PersonColumns, clinicId: string): HistoryPerson => {
			const isNamed = isNamedAt(clinicId);
			if (isNamed) told.add(row.patientId);
			const { entryId, urgency, waitingSince } = row;
			return { entryId, urgency, waitingSince, name: isNamed ? listName(row) : null };
		};
		const rows = shown.map((row): HistoryRow => {
			const considered = matches.filter(({ openingId }) => openingId === row.id);
			return {
				...row,
				matchCount: considered[0]?.ofAll ?? 0,
				matches: considered.map((match) => toldMatch(match, person(match, row.clinicId))),
				offers: offers
					.filter(({ rowId }) => rowId === row.id)
					.map((offer) => toldOffer(offer, person(offer, row.clinicId)))
			};
		});
		if (told.size > 0) {
			await audit(transaction, actor, {
				...{ kind: 'offers-read', detail: { patientIds: [...told] } },
				...(filter.clinic ? { clinicId: filter.clinic } : {})
			});
		}
		return accept({ rows, next: listed.length > limit ? rows.at(-1)!.cursor : null });
	});
}

async function rowsOf<Row>(
	{ $client }: Transaction,
	text: string,
	values: unknown[]
): Promise<Row[]> {
	return (await $client.query(text, values)).rows as Row[];
}

type ListedRow = Omit<HistoryRow, 'matchCount' | 'matches' | 'offers'>;

/** Times that became free, and those that were given away without having been. */
function listStatement(
	organizationId: string,
	filter: HistoryFilter,
	after: HistoryCursor | undefined,
	limit: number
): { text: string; values: unknown[] } {
	const values: unknown[] = [organizationId, limit + 1];
	const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
	const conditions: string[] = [];
	if (filter.clinic) conditions.push(`l.clinic_id = ${given(filter.clinic, 'uuid')}`);
	if (filter.state) conditions.push(`l.state = ${given(filter.state, 'text')}`);
	if (filter.opening) conditions.push(`l.id = ${given(filter.opening, 'uuid')}`);
	if (filter.day) {
		const day = given(filter.day, 'timestamp');
		conditions.push(`l.starts_at >= ${day} AT TIME ZONE c.zone
			AND l.starts_at < (${day} + interval '1 day') AT TIME ZONE c.zone`);
	}
	if (filter.entry) {
		const entry = given(filter.entry, 'uuid');
		// The patient's index finds them.
		conditions.push(`l.id IN (SELECT coalesce(o.opening_id, o.id) FROM waitlist_offers o
			JOIN waitlist_entries e ON e.organization_id = o.organization_id AND e.id = o.entry_id
				AND e.patient_id = o.patient_id
			WHERE o.organization_id = $1 AND e.id = ${entry})`);
	}
	if (after) {
		const at = `('epoch'::timestamptz + ${given(after.at, 'bigint')} * interval '1 microsecond')`;
		conditions.push(`(l.made_at, l.id) < (${at}, ${given(after.id, 'uuid')})`);
	}
	return {
		text: `SELECT l.id, (extract(epoch FROM l.made_at) * 1000000)::bigint || '-' || l.id AS cursor,
				l.clinic_id AS "clinicId", p.name AS "practitionerName", r.name AS "roomName",
				epoch_ms(l.starts_at)::float8 AS "startsAt", epoch_ms(l.ends_at)::float8 AS "endsAt", l.cause, l.state,
				epoch_ms(l.made_at)::float8 AS "madeAt", epoch_ms(l.ended_at)::float8 AS "endedAt"
			FROM (
				SELECT id, clinic_id, practitioner_id, room_id, starts_at, ends_at, cause, state, made_at, ended_at
					FROM waitlist_openings WHERE organization_id = $1
				UNION ALL
				SELECT id, clinic_id, practitioner_id, room_id, starts_at,
						starts_at + duration_minutes * interval '1 minute', NULL,
						CASE WHEN state = 'accepted' THEN 'filled' WHEN ended_at IS NULL THEN 'offered' ELSE 'exhausted' END,
						made_at, ended_at
					FROM waitlist_offers WHERE organization_id = $1 AND opening_id IS NULL) l
				JOIN clinics c ON c.organization_id = $1 AND c.id = l.clinic_id
				LEFT JOIN practitioners p ON p.organization_id = $1 AND p.id = l.practitioner_id
				LEFT JOIN rooms r ON r.organization_id = $1 AND r.id = l.room_id
			WHERE ${conditions.join(' AND ') || 'true'} ORDER BY l.made_at DESC, l.id DESC LIMIT $2`,
		values
	};
}

interface PersonColumns {
	entryId: string;
	patientId: string;
	familyName: string;
	givenName: string;
	urgency: HistoryPerson['urgency'];
	waitingSince: number;
}

/** Of `e` (entries) and `p` (their patients). */
const PERSON = `e.id AS "entryId", e.patient_id AS "patientId", p.family_name AS "familyName",
	p.given_name AS "givenName", e.urgency, epoch_ms(e.waiting_since)::float8 AS "waitingSince"`;
const PEOPLE = (
	of: string
) => `JOIN waitlist_entries e ON e.organization_id = $1 AND e.id = ${of}.entry_id
	JOIN patients p ON p.organization_id = $1 AND p.id = e.patient_id`;

interface MatchRow extends PersonColumns, Score {
	openingId: string;
	round: number;
	rank: number;
	/** How many were considered for that time. */
	ofAll: number;
}

/** $2 openings, $3 an entry or null, $4 how many of each opening. */
const MATCHES = `SELECT m.opening_id AS "openingId", m.round, m.rank, m.total, m.parts, m.of_all AS "ofAll", ${PERSON}
	FROM (SELECT *, count(*) OVER opening::int AS of_all,
			row_number() OVER (opening ORDER BY round, rank) AS place
		FROM waitlist_matches WHERE organization_id = $1 AND opening_id = ANY($2::uuid[])
			AND ($3::uuid IS NULL OR entry_id = $3) WINDOW opening AS (PARTITION BY opening_id)) m
		${PEOPLE('m')}
	WHERE m.place <= $4 ORDER BY m.opening_id, m.round, m.rank`;

function toldMatch({ round, rank, total, parts }: MatchRow, person: HistoryPerson): HistoryMatch {
	return { ...person, round, rank, total, parts };
}

interface OfferRow extends PersonColumns, Omit<HistoryOffer, keyof HistoryPerson | 'score'> {
	/** Of the list: the opening, or the offer itself. */
	rowId: string;
	total: number | null;
	parts: Score['parts'] | null;
}

/** $2 rows of the list, $3 an entry or null. */
const OFFERS = `SELECT coalesce(o.opening_id, o.id) AS "rowId", o.id, o.round, o.state, o.way, o.reason, o.total, o.parts,
		s.name AS "serviceName", d.name AS "practitionerName", epoch_ms(o.starts_at)::float8 AS "startsAt",
		o.duration_minutes AS "durationMinutes", m.channel, epoch_ms(o.made_at)::float8 AS "madeAt",
		epoch_ms(o.expires_at)::float8 AS "expiresAt", epoch_ms(o.ended_at)::float8 AS "endedAt",
		u.name AS "decidedByName", o.answered_by AS "answeredBy", ${PERSON}
	FROM waitlist_offers o ${PEOPLE('o')}
		JOIN services s ON s.organization_id = $1 AND s.id = o.service_id
		JOIN practitioners d ON d.organization_id = $1 AND d.id = o.practitioner_id
		LEFT JOIN users u ON u.organization_id = $1 AND u.id = o.decided_by
		LEFT JOIN LATERAL (SELECT coalesce(m.channel, m.channels[1]) AS channel FROM messages m
			WHERE m.organization_id = $1 AND m.offer_id = o.id
			ORDER BY m.state IN ('sent', 'delivered') DESC, m.due_at LIMIT 1) m ON true
	WHERE o.organization_id = $1 AND (o.opening_id = ANY($2::uuid[]) OR o.opening_id IS NULL AND o.id = ANY($2))
		AND ($3::uuid IS NULL OR o.entry_id = $3)
	ORDER BY o.made_at, o.round, o.total DESC NULLS LAST, o.id`;

function toldOffer(row: OfferRow, person: HistoryPerson): HistoryOffer {
	const { total, parts } = row;
	return {
		...person,
		...{ id: row.id, round: row.round, state: row.state, way: row.way, reason: row.reason },
		...{ serviceName: row.serviceName, practitionerName: row.practitionerName },
		...{ startsAt: row.startsAt, durationMinutes: row.durationMinutes, channel: row.channel },
		...{ madeAt: row.madeAt, expiresAt: row.expiresAt, endedAt: row.endedAt },
		...{ decidedByName: row.decidedByName, answeredBy: row.answeredBy },
		score: total === null || parts === null ? null : { total, parts }
	};
}
