/** What one person had carried out by one intent, and all that became of it since: what an undo is worked out from. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import type { PastChange, PastSubject } from '../undo.ts';

/** What was done before the day's work is history: it is changed, not undone. */
const UNDOABLE_HOURS = 12;
/** A message that is due so soon may be on its way when the undo commits. */
const LEAVING_MS = 3_000;

/** The verdict names whose intent it was and what it changed; one statement, so that all of it is of one moment. */
const PAST = `WITH judged AS (
		SELECT v.verdict FROM verdicts v WHERE v.organization_id = $1 AND v.user_id = $2 AND v.intent_id = $3
			AND v.verdict ->> 'outcome' = 'accepted' AND v.made_at > now() - make_interval(hours => ${UNDOABLE_HOURS})),
	subject AS (
		SELECT (one ->> 'subjectId')::uuid AS id, place FROM judged, jsonb_array_elements(
			jsonb_build_array(verdict) || coalesce(verdict -> 'others', '[]')) WITH ORDINALITY AS of(one, place))
	SELECT s.id, coalesce(a.revision, b.revision) AS revision,
		CASE WHEN a.id IS NOT NULL THEN 'appointment' ELSE 'block' END AS kind,
		epoch_ms(a.starts_at)::float8 AS "startsAt", epoch_ms(a.ends_at)::float8 AS "endsAt",
		a.override_reason AS "overrideReason", b.clinic_id AS "clinicId", b.removed,
		EXISTS (SELECT FROM messages m WHERE m.organization_id = $1 AND m.appointment_id = a.id
			AND m.cause = 'cancellation/' || a.id || '/' || a.status_revision
			AND (m.state IN ('sending', 'sent', 'delivered')
				OR m.state = 'queued' AND m.due_at < to_timestamp($4::float8 / 1000))) AS "isToldCancelled",
		(SELECT json_agg(json_build_object('subjectId', e.subject_id, 'actorUserId', e.actor_user_id,
				'requestId', e.request_id, 'kind', e.kind, 'before', e.before, 'after', e.after) ORDER BY e.id)
			FROM events e WHERE e.organization_id = $1 AND e.subject_id = s.id) AS history
	FROM subject s
	LEFT JOIN appointments a ON a.organization_id = $1 AND a.id = s.id
	LEFT JOIN blocks b ON b.organization_id = $1 AND b.id = s.id
	WHERE a.id IS NOT NULL OR b.id IS NOT NULL
	ORDER BY s.place`;

/**
 * @param now epoch milliseconds
 * @returns the change with what it was about, in the order in which it was made; `null` where the actor had no such
 *   intent carried out within the last hours
 */
export async function readPastChange(
	database: Database,
	actor: Actor,
	intentId: string,
	now: number
): Promise<PastChange | null> {
	const { organizationId, userId } = actor;
	const subjects = await forActor(database, actor, async ({ $client }) => {
		const { rows } = await $client.query<PastSubject>({
			...{ name: 'past_change', text: PAST },
			values: [organizationId, userId, intentId, now + LEAVING_MS]
		});
		return rows;
	});
	if (subjects.length === 0) return null;
	return { actorUserId: userId, requestId: intentId, subjects };
}
