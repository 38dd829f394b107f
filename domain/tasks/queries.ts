/** The tasks that somebody may see. */
import { and, asc, count, eq, inArray, isNull, max, or, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { clinics, tasks } from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { audit } from '../access/commands/audit.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { tasksOf, type FoundTask } from './queries/told-tasks.ts';
import { mayBeMentioned, mayHandle, type TaskPage } from './task.ts';
import type { TaskFilter } from './task-filter.ts';

/** Rows of a page. */
export const TASKS_A_PAGE = 25;

/** @returns a page of the tasks that fit, newest first; that somebody looked is in the audit before they are shown */
export async function readTasks(
	database: Database,
	actor: Actor,
	filter: TaskFilter
): Promise<Result<TaskPage>> {
	const found = await forActor(database, actor, async (transaction) => {
		const places = await ownPlaces(transaction, actor);
		if (!places) return null;
		const { $client } = transaction;
		const { organizationId, userId } = actor;
		const values: unknown[] = [organizationId, places.map(({ id }) => id), userId];
		const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
		const conditions = [
			't.organization_id = $1',
			// What is for one person is seen by that person alone.
			mayHandle(actor, 'task.read', null)
				? '(t.for_user = $3 OR t.for_user IS NULL AND (t.clinic_id IS NULL OR t.clinic_id = ANY($2::uuid[])))'
				: '(t.for_user = $3 AND $2::uuid[] IS NOT NULL)',
			filter.done ? 't.done_at IS NOT NULL' : 't.done_at IS NULL'
		];
		if (filter.clinic === 'none') conditions.push('t.clinic_id IS NULL');
		else if (filter.clinic !== undefined) {
			conditions.push(`t.clinic_id = ${given(filter.clinic, 'uuid')}`);
		}
		if (filter.after !== undefined) {
			conditions.push(`(t.made_at, t.id) < (SELECT a.made_at, a.id FROM tasks a
				WHERE a.organization_id = $1 AND a.id = ${given(filter.after, 'uuid')})`);
		}
		const { rows } = await $client.query<FoundTask>(
			`SELECT t.id, t.kind, t.sealed_text AS "sealedText", t.patient_id AS "patientId",
				epoch_ms(t.made_at)::float8 AS "madeAt", epoch_ms(t.done_at)::float8 AS "doneAt", u.name AS "doneBy",
				c.id AS "clinicId", c.name AS "clinicName", c.zone,
				p.family_name AS "familyName", p.given_name AS "givenName",
				a.id AS "appointmentId", epoch_ms(a.starts_at)::float8 AS "startsAt", a.clinic_id AS "visitClinicId",
				v.zone AS "visitZone", a.practitioner_id AS "practitionerId", d.name AS "doctorName", s.name AS "serviceName",
				w.name AS "mentionedBy", k.day::text AS "noteDay",
				m.kind AS "messageKind", coalesce(l.channel, m.channel) AS channel, coalesce(l.response, '') AS response
			FROM tasks t
				LEFT JOIN users u ON u.organization_id = $1 AND u.id = t.done_by
				LEFT JOIN users w ON w.organization_id = $1 AND w.id = t.made_by
				LEFT JOIN kept_documents k ON k.organization_id = $1 AND k.id = t.note_id
				LEFT JOIN clinics c ON c.organization_id = $1 AND c.id = t.clinic_id
				LEFT JOIN messages m ON m.organization_id = $1 AND m.id = t.message_id
				LEFT JOIN patients p ON p.organization_id = $1 AND p.id = coalesce(t.patient_id, m.patient_id)
				LEFT JOIN appointments a ON a.organization_id = $1 AND a.id = coalesce(t.appointment_id, m.appointment_id)
				LEFT JOIN clinics v ON v.organization_id = $1 AND v.id = a.clinic_id
				LEFT JOIN practitioners d ON d.organization_id = $1 AND d.id = a.practitioner_id
				LEFT JOIN services s ON s.organization_id = $1 AND s.id = a.service_id
				LEFT JOIN LATERAL (SELECT channel, response FROM message_attempts
					WHERE organization_id = $1 AND message_id = m.id ORDER BY number DESC LIMIT 1) l ON true
			WHERE ${conditions.join(' AND ')} ORDER BY t.made_at DESC, t.id DESC LIMIT ${TASKS_A_PAGE + 1}`,
			values
		);
		const page = rows.slice(0, TASKS_A_PAGE);
		if (page.length > 0) {
			await audit(transaction, actor, {
				kind: 'tasks-read',
				detail: {
					found: page.length,
					patientIds: page.flatMap(({ patientId }) => patientId ?? [])
				}
			});
		}
		return { page, hasMore: rows.length > TASKS_A_PAGE, places };
	});
	if (!found) return refuse('not-allowed');
	const { page, hasMore, places } = found;
	return accept({
		tasks: await tasksOf(database, actor, page),
		next: hasMore ? page.at(-1)!.id : null,
		clinics: places
	});
}

export interface OpenTasks {
	open: number;
	/** Is another one as soon as any of them changed. */
	version: string;
}

/** @returns how many tasks wait for the actor; `null`: none is for them to see. Nothing of them is told. */
export function countOpenTasks(database: Database, actor: Actor): Promise<OpenTasks | null> {
	if (!mayHandle(actor, 'task.read', null) && !mayBeMentioned(actor)) return Promise.resolve(null);
	return forActor(database, actor, async (transaction) => {
		const places = await ownPlaces(transaction, actor);
		if (!places) return null;
		const [counted] = await transaction
			.select({
				open: count(sql`CASE WHEN ${tasks.doneAt} IS NULL THEN 1 END`),
				made: max(tasks.madeAt),
				done: max(tasks.doneAt)
			})
			.from(tasks)
			.where(and(eq(tasks.organizationId, actor.organizationId), seenBy(actor, places)));
		const { open, made, done } = counted!;
		const version = [open, made?.getTime() ?? 0, done?.getTime() ?? 0].join('-');
		return { open, version };
	});
}

/** What is for one person is seen by that person alone. */
function seenBy(actor: Actor, places: readonly { id: string }[]): SQL | undefined {
	const mine = eq(tasks.forUser, actor.userId);
	if (!mayHandle(actor, 'task.read', null)) return mine;
	const ids = places.map(({ id }) => id);
	const ofNone = isNull(tasks.clinicId);
	const here = ids.length === 0 ? ofNone : or(ofNone, inArray(tasks.clinicId, ids));
	return or(mine, and(isNull(tasks.forUser), here));
}

/**
 * @returns the clinics whose tasks the actor may see, by name: none for those who see only what is for them; `null`:
 *   tasks are not for them at all
 */
async function ownPlaces(
	transaction: Transaction,
	actor: Actor
): Promise<{ id: string; name: string }[] | null> {
	const all = await transaction
		.select({ id: clinics.id, name: clinics.name })
		.from(clinics)
		.where(eq(clinics.organizationId, actor.organizationId))
		.orderBy(asc(clinics.name));
	const own = all.filter(({ id }) => mayHandle(actor, 'task.read', id));
	return own.length > 0 || mayHandle(actor, 'task.read', null) || mayBeMentioned(actor)
		? own
		: null;
}
