/** Planning what visits' patients are told: read, work out, write, in one transaction for many visits. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messageRules, organizations } from '../../../db/schema/index.ts';
import { alongIndexes, type Transaction } from '../../../db/transaction.ts';
import type { SiteLanguage } from '../../site/site.ts';
import { graceMinutesOf } from '../grace.ts';
import { planMessages, type MessagePlan, type PlanRule, type PlanVisit } from '../plan.ts';
import type { InMind, KnownMessage } from '../told.ts';
import { wakeFor } from './attempts.ts';
import { ensureRules } from './default-rules.ts';

export interface PlanOptions {
	/** Epoch milliseconds. Default: the clock. */
	now?: number;
	/** `false`: the rules were changed, not the visits. Default: `true`. */
	isChange?: boolean;
}

export interface ReadVisit extends PlanVisit {
	patientId: string;
	zone: string;
	language: SiteLanguage;
}

/** A field of a visit `a` as it was before the first change of it; `NULL` where it was made as it is. */
const originalOf = (
	field: keyof InMind
) => `SELECT coalesce(nullif(e.before, 'null'), e.after) -> '${field}'
	FROM events e WHERE a.placement_revision > 1 AND e.organization_id = a.organization_id AND e.subject_id = a.id
		AND coalesce(nullif(e.before, 'null'), e.after) ? '${field}' ORDER BY e.id LIMIT 1`;

/** Whether the last move of a visit `a` was made because its doctor runs late. */
const RUNS_LATE = `a.placement_revision > 1 AND coalesce((SELECT e.after ->> 'because' = 'running-late' FROM events e
	WHERE e.organization_id = a.organization_id AND e.subject_id = a.id AND e.after ? 'startsAt'
	ORDER BY e.id DESC LIMIT 1), false)`;

/** With what its messages are worked out from. */
const VISITS = `SELECT json_build_object('id', a.id, 'clinicId', a.clinic_id, 'serviceId', a.service_id,
		'patientId', a.patient_id, 'practitionerId', a.practitioner_id, 'startsAt', epoch_ms(a.starts_at), 'status', a.status, 'source', a.source,
		'bookedAt', epoch_ms(a.booked_at), 'placementRevision', a.placement_revision,
		'statusRevision', a.status_revision, 'runsLate', ${RUNS_LATE}, 'original', json_build_object(
			'startsAt', coalesce((${originalOf('startsAt')})::text::float8, epoch_ms(a.starts_at)),
			'practitionerId', coalesce((${originalOf('practitionerId')}) #>> '{}', a.practitioner_id::text)),
		'zone', c.zone, 'language', coalesce(p.language, 'en')
	) AS visit
	FROM appointments a
	JOIN clinics c ON c.organization_id = a.organization_id AND c.id = a.clinic_id
	JOIN patients p ON p.organization_id = a.organization_id AND p.id = a.patient_id
	WHERE a.organization_id = $1 AND a.id = ANY ($2)`;

/** Apart, so that a planner without statistics reads the messages of an organization once and not for each visit. */
const KNOWN = `SELECT m.appointment_id AS "appointmentId", json_build_object('id', m.id, 'kind', m.kind,
		'cause', m.cause, 'state', m.state, 'suppression', m.suppression, 'aboutStart', epoch_ms(m.about_start),
		'aboutPractitionerId', m.about_practitioner_id,
		'dueAt', epoch_ms(m.due_at), 'ruleId', m.rule_id, 'settledAt', epoch_ms(m.settled_at)) AS message
	FROM messages m
	WHERE m.organization_id = $1 AND m.appointment_id = ANY ($2) AND m.rule_id IS NOT NULL
	ORDER BY m.made_at, m.id`;

/** Plans the messages of some visits. Doing it twice, or on two servers at once, plans nothing twice. */
export function planVisits(
	database: Database,
	organizationId: string,
	appointmentIds: readonly string[],
	{ now = Date.now(), isChange = true }: PlanOptions = {}
): Promise<void> {
	return alongIndexes(database, organizationId, async (transaction) => {
		const { visits, rules, graceMinutes, known } = await readToPlan(
			transaction,
			organizationId,
			appointmentIds
		);
		const plans = visits.map((visit) => {
			const { zone, id } = visit;
			const own = { visit, zone, known: known.get(id) ?? [] };
			const input = { ...own, rules, now, graceMinutes, isChange };
			return { visit, plan: planMessages(input) };
		});
		await writePlans(transaction, organizationId, plans);
	});
}

/** All that is read to plan the messages of some visits; nobody else plans them until the transaction ends. */
export async function readToPlan(
	transaction: Transaction,
	organizationId: string,
	appointmentIds: readonly string[]
): Promise<{
	visits: ReadVisit[];
	rules: PlanRule[];
	graceMinutes: number;
	known: Map<string, KnownMessage[]>;
}> {
	const { $client } = transaction;
	// Whoever plans a visit sees what the one before has planned. Sorted, so that nobody waits in a ring.
	await $client.query(
		`SELECT pg_advisory_xact_lock(hashtextextended('plan-messages/' || id, 0))
			FROM (SELECT unnest($1::text[]) AS id ORDER BY 1) AS sorted`,
		[appointmentIds]
	);
	await ensureRules(transaction, organizationId);
	const rules = await readRules(transaction, organizationId);
	const graceMinutes = await readGrace(transaction, organizationId);
	const { rows } = await $client.query<{ visit: ReadVisit }>({
		...{ name: 'visits_to_plan', text: VISITS },
		values: [organizationId, appointmentIds]
	});
	const known = await readKnown(transaction, organizationId, appointmentIds);
	return { visits: rows.map(({ visit }) => visit), rules, graceMinutes, known };
}

async function readKnown(
	{ $client }: Transaction,
	organizationId: string,
	appointmentIds: readonly string[]
): Promise<Map<string, KnownMessage[]>> {
	const { rows } = await $client.query<{ appointmentId: string; message: KnownMessage }>({
		...{ name: 'known_messages', text: KNOWN },
		values: [organizationId, appointmentIds]
	});
	const known = new Map<string, KnownMessage[]>();
	for (const { appointmentId, message } of rows) {
		known.set(appointmentId, [...(known.get(appointmentId) ?? []), message]);
	}
	return known;
}

async function readRules(transaction: Transaction, organizationId: string): Promise<PlanRule[]> {
	return transaction
		.select(RULE_COLUMNS)
		.from(messageRules)
		.where(and(eq(messageRules.organizationId, organizationId), isNull(messageRules.retiredAt)));
}

const RULE_COLUMNS = {
	...{ id: messageRules.id, kind: messageRules.kind, enabled: messageRules.enabled },
	...{ clinicId: messageRules.clinicId, serviceId: messageRules.serviceId },
	...{ offsetMinutes: messageRules.offsetMinutes, localMinute: messageRules.localMinute },
	quietFromMinute: messageRules.quietFromMinute,
	quietUntilMinute: messageRules.quietUntilMinute,
	channels: messageRules.channels
};

async function readGrace(transaction: Transaction, organizationId: string): Promise<number> {
	const [organization] = await transaction
		.select({ settings: organizations.settings })
		.from(organizations)
		.where(eq(organizations.id, organizationId));
	return graceMinutesOf(organization?.settings ?? {});
}

const ADD = `INSERT INTO messages (organization_id, id, kind, cause, rule_id, appointment_id, patient_id, clinic_id,
		language, channels, due_at, about_start)
	SELECT $1, gen_random_uuid(), a.kind, a.cause, a."ruleId", a."visitId", a."patientId", a."clinicId", a.language,
		a.channels, to_timestamp(a."dueAt" / 1000), to_timestamp(a."aboutStart" / 1000)
	FROM json_to_recordset($2) AS a(kind text, cause text, "ruleId" uuid, "visitId" uuid, "patientId" uuid,
		"clinicId" uuid, language text, channels text[], "dueAt" float8, "aboutStart" float8)
	ON CONFLICT (organization_id, cause) DO NOTHING`;

/** What somebody has in hand meanwhile is left to them. */
const SUPPRESS = `UPDATE messages m SET state = 'suppressed', suppression = s.reason, settled_at = now()
	FROM json_to_recordset($2) AS s(id uuid, reason text)
	WHERE m.organization_id = $1 AND m.id = s.id AND m.state = 'queued'`;

const QUEUE = `UPDATE messages m SET state = 'queued', suppression = NULL, settled_at = NULL,
		due_at = to_timestamp(q."dueAt" / 1000), rule_id = q."ruleId"
	FROM json_to_recordset($2) AS q(id uuid, "dueAt" float8, "ruleId" uuid)
	WHERE m.organization_id = $1 AND m.id = q.id AND m.state IN ('queued', 'suppressed')`;

/** Queues and suppresses what plans say, and has it looked at when it is due. */
export async function writePlans(
	transaction: Transaction,
	organizationId: string,
	plans: readonly { visit: ReadVisit; plan: MessagePlan }[]
): Promise<void> {
	const run = async (text: string, rows: object[]) => {
		if (rows.length === 0) return;
		await transaction.$client.query(text, [organizationId, JSON.stringify(rows)]);
	};
	const added = plans.flatMap(({ visit, plan }) => {
		const { id: visitId, patientId, clinicId, language } = visit;
		return plan.add.map((one) => ({ ...one, visitId, patientId, clinicId, language }));
	});
	const queued = plans.flatMap(({ plan }) => plan.queue);
	await run(
		SUPPRESS,
		plans.flatMap(({ plan }) => plan.suppress)
	);
	await run(QUEUE, queued);
	await run(ADD, added);
	await wakeFor(
		transaction,
		organizationId,
		[...added, ...queued].map(({ dueAt }) => dueAt)
	);
}
