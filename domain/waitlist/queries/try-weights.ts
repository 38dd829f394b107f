/** What other weights would have changed for times that became free: those who were considered, weighed anew. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { dayInterval } from '../../availability/local-day.ts';
import { listName } from '../../directory/patient-search.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { firstOf, type DryRunChange, type DryRunSlice, type DryRunWish } from '../dry-run.ts';
import { scoreOf, type Ranked, type ScoreFacts, type Weights } from '../score.ts';
import { waitlistSettingsOf, type WaitlistSettings } from '../settings.ts';

interface Candidate extends ScoreFacts {
	openingId: string;
	clinicId: string;
	startsAt: number;
	entryId: string;
	patientId: string;
	familyName: string;
	givenName: string;
	waitingSince: number;
	stored: Partial<WaitlistSettings> | null;
}

/**
 * Everybody who was considered for a time counts with what was known of them when it became free. Nothing is changed;
 * where it says who somebody is, the audit says so.
 * @param wish days on which times became free, in `zone`
 * @returns the times whose first would have been somebody else; `not-allowed`
 */
export async function tryWeights(
	database: Database,
	actor: Actor,
	{ weights, from, until, zone }: DryRunWish & { zone: string }
): Promise<Result<DryRunSlice>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'waitlist-rule.write', everywhere)) return refuse('not-allowed');
	const [first, last] = [dayInterval(from, zone).start, dayInterval(until, zone).end];
	return forActor(database, actor, async (transaction) => {
		const { rows } = await transaction.$client.query<Candidate & Record<string, unknown>>(
			CANDIDATES,
			[organizationId, new Date(first), new Date(last)]
		);
		const held = waitlistSettingsOf(rows[0]?.stored ?? undefined).weights;
		const openings = Map.groupBy(rows, ({ openingId }) => openingId);
		const told = new Set<string>();
		const person = (one: Candidate & Ranked) => {
			const { clinicId, entryId, score } = one;
			const isNamed = authorize(actor, 'people.read', { ...everywhere, clinicId });
			if (isNamed) told.add(one.patientId);
			return { entryId, score, name: isNamed ? listName(one) : null };
		};
		const changes = [...openings.values()].flatMap((candidates): DryRunChange[] => {
			const now = firstOf(candidates.map((one) => weighed(one, held)))!;
			const then = firstOf(candidates.map((one) => weighed(one, weights)))!;
			if (now.entryId === then.entryId) return [];
			const { openingId, clinicId, startsAt } = now;
			return [{ openingId, clinicId, startsAt, now: person(now), then: person(then) }];
		});
		if (told.size > 0) {
			const detail = { patientIds: [...told] };
			await audit(transaction, actor, { kind: 'offers-read', detail });
		}
		return accept({ times: openings.size, changes });
	});
}

function weighed(candidate: Candidate, weights: Weights): Candidate & Ranked {
	return { ...candidate, score: scoreOf(candidate, weights) };
}

/** $2 to $3 when the times became free. A round considers everybody again: each counts once. */
const CANDIDATES = `SELECT w.id AS "openingId", w.clinic_id AS "clinicId", epoch_ms(w.starts_at)::float8 AS "startsAt",
		e.id AS "entryId", e.patient_id AS "patientId", p.family_name AS "familyName", p.given_name AS "givenName",
		epoch_ms(e.waiting_since)::float8 AS "waitingSince", e.urgency,
		extract(epoch FROM w.made_at - e.waiting_since)::float8 / 60 AS "waitedMinutes",
		least(1, s.duration_minutes * 60 / extract(epoch FROM w.ends_at - w.starts_at))::float8 AS fills,
		EXISTS (SELECT FROM waitlist_practitioners d WHERE d.organization_id = $1 AND d.entry_id = e.id) AS "namesDoctor",
		EXISTS (SELECT FROM waitlist_clinics c WHERE c.organization_id = $1 AND c.entry_id = e.id) AS "namesClinic",
		(bit_count(e.weekdays::int::bit(7)) * (e.until_minute - e.from_minute) / 10080.0)::float8 AS "weekShare",
		(SELECT count(*)::int FROM waitlist_offers o WHERE o.organization_id = $1 AND o.patient_id = e.patient_id
			AND o.entry_id = e.id AND o.state = 'expired' AND o.ended_at < w.made_at) AS "missedOffers",
		(SELECT settings -> 'waitlist' FROM organizations WHERE id = $1) AS stored
	FROM waitlist_openings w
		JOIN LATERAL (SELECT DISTINCT m.entry_id FROM waitlist_matches m
			WHERE m.organization_id = $1 AND m.opening_id = w.id) m ON true
		JOIN waitlist_entries e ON e.organization_id = $1 AND e.id = m.entry_id
		JOIN patients p ON p.organization_id = $1 AND p.id = e.patient_id
		JOIN services s ON s.organization_id = $1 AND s.id = e.service_id
	WHERE w.organization_id = $1 AND w.made_at >= $2 AND w.made_at < $3
	ORDER BY w.made_at DESC, w.id`;
