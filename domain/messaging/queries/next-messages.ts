/** The next messages that a rule would send: real visits to come, worked out by the planning that sends them. */
import { eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { messageRules } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { maskPerson } from '../../board/masked-person.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Contact } from '../contact.ts';
import { GRACE_MINUTES } from '../grace.ts';
import { asIfNow, PLANNED_KINDS, type VisitToCome } from '../if-it-came-about.ts';
import type { Channel, ClosedReason } from '../message.ts';
import { NEXT_SHOWN, type NextMessage } from '../next-message.ts';
import { planMessages, type PlanRule } from '../plan.ts';
import type { RuleInput } from '../rule-input.ts';
import { suppressionOf } from '../suppression.ts';
import { waysLeft } from '../ways.ts';
import { CLOSED, HAS_PUSH } from './patient-ways.ts';
import { mayWriteRule } from './rules.ts';

export interface NextWish {
	/** As it is typed, saved or not. */
	rule: RuleInput;
	/** Ways that are set up. */
	available: readonly Channel[];
	/** Epoch milliseconds. */
	now: number;
}

/** Visits that are looked at in one go, and how often at most: enough for the busiest days. */
const PAGE = 500;
const PAGES = 10;
/** What a local time or quiet hours can bring forward. */
const SLACK_MS = 2 * 86_400_000;
const MINUTE_MS = 60_000;

interface Due {
	visit: VisitToCome;
	dueAt: number;
}

/**
 * @returns what would be sent by the rule, the next first, with the reason where something would not leave as things
 *   stand now; says nobody's name. A kind that is sent when something comes about is shown as if that were now.
 */
export async function nextMessages(
	database: Database,
	actor: Actor,
	{ rule, available, now }: NextWish
): Promise<Result<NextMessage[]>> {
	const { organizationId } = actor;
	const clinicIds = clinicsFor(actor, rule);
	if (clinicIds?.length === 0) return refuse('not-allowed');
	if (!(PLANNED_KINDS as readonly string[]).includes(rule.kind)) return accept([]);
	return forActor(database, actor, async (transaction) => {
		const rules = await rulesWith(transaction, organizationId, rule);
		const due: Due[] = [];
		let after = now + Math.max(0, -rule.offsetMinutes * MINUTE_MS - SLACK_MS);
		for (let page = 0; page < PAGES && due.length < NEXT_SHOWN; page++) {
			const visits = await visitsToCome(transaction, { organizationId, rule, clinicIds, after });
			due.push(...visits.flatMap((visit) => dueOf(visit, rules, rule, now)));
			if (visits.length < PAGE) break;
			after = visits.at(-1)!.startsAt;
		}
		const next = due.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, NEXT_SHOWN);
		const facts = await factsOf(transaction, organizationId, next);
		return accept(
			next.flatMap(({ visit, dueAt }) => {
				const known = facts.get(visit.id);
				return known ? [told({ visit, dueAt, known, rule, available })] : [];
			})
		);
	});
}

/** Names a rule that has no id yet. */
const NEW_RULE = '00000000-0000-0000-0000-000000000000';

/** @returns the clinics at which the actor may see what it would send; `null`: all */
function clinicsFor({ roles, ...actor }: Actor, { clinicId }: RuleInput): string[] | null {
	const may = (id: string | null) => mayWriteRule({ ...actor, roles }, id);
	if (clinicId !== null) return may(clinicId) ? [clinicId] : [];
	if (may(null)) return null;
	return roles.flatMap((role) =>
		role.clinicId !== null && may(role.clinicId) ? [role.clinicId] : []
	);
}

/** All rules, the one as it is typed in its place; on, so that its times can be seen. */
async function rulesWith(
	transaction: Transaction,
	organizationId: string,
	{ id = NEW_RULE, ...typed }: RuleInput
): Promise<PlanRule[]> {
	const stored = await transaction
		.select()
		.from(messageRules)
		.where(eq(messageRules.organizationId, organizationId));
	const others = stored.filter(
		(rule) =>
			rule.id !== id &&
			!(
				rule.kind === typed.kind &&
				rule.clinicId === typed.clinicId &&
				rule.serviceId === typed.serviceId
			)
	);
	return [...others, { ...typed, id, enabled: true }];
}

function dueOf(
	visit: VisitToCome & { zone: string },
	rules: PlanRule[],
	{ id = NEW_RULE, kind }: RuleInput,
	now: number
): Due[] {
	const { add } = planMessages({
		...{ ...asIfNow(kind, visit, now), zone: visit.zone, rules, now },
		graceMinutes: GRACE_MINUTES
	});
	return add
		.filter((wanted) => wanted.kind === kind && wanted.ruleId === id)
		.map(({ dueAt }) => ({ visit, dueAt }));
}

async function visitsToCome(
	{ $client }: Transaction,
	{
		organizationId,
		rule,
		clinicIds,
		after
	}: { organizationId: string; rule: RuleInput; clinicIds: string[] | null; after: number }
): Promise<(VisitToCome & { zone: string })[]> {
	const { rows } = await $client.query<VisitToCome & { zone: string }>(
		`SELECT a.id, c.id AS "clinicId", a.service_id AS "serviceId", epoch_ms(a.starts_at)::float8 AS "startsAt", c.zone
			FROM clinics c CROSS JOIN LATERAL (SELECT * FROM appointments v
				WHERE v.organization_id = c.organization_id AND v.clinic_id = c.id AND v.starts_at > $2
					AND v.status IN ('booked', 'pending') AND ($3::uuid IS NULL OR v.service_id = $3)
				ORDER BY v.starts_at LIMIT ${PAGE}) a
			WHERE c.organization_id = $1 AND ($4::uuid[] IS NULL OR c.id = ANY ($4))
			ORDER BY a.starts_at, a.id LIMIT ${PAGE}`,
		[organizationId, new Date(after), rule.serviceId, clinicIds]
	);
	return rows;
}

interface Facts {
	clinicName: string;
	zone: string;
	isConfirmed: boolean;
	patientId: string;
	patient: { familyName: string; givenName: string; deceased: boolean; messagesBlocked: boolean };
	contact: Contact;
	closed: Partial<Record<Channel, ClosedReason>>;
}

const FACTS = `SELECT a.id, json_build_object('clinicName', c.name, 'zone', c.zone,
		'isConfirmed', to_jsonb(a) ->> 'confirmed_at' IS NOT NULL, 'patientId', p.id,
		'patient', json_build_object('familyName', p.family_name, 'givenName', p.given_name, 'deceased', p.deceased,
			'messagesBlocked', p.messages_blocked),
		'contact', json_build_object('email', p.email, 'phone', p.phone, 'preferred', p.contact_channel,
			'hasPush', ${HAS_PUSH}),
		'closed', ${CLOSED}) AS facts
	FROM appointments a
		JOIN clinics c ON c.organization_id = a.organization_id AND c.id = a.clinic_id
		JOIN patients p ON p.organization_id = a.organization_id AND p.id = a.patient_id
	WHERE a.organization_id = $1 AND a.id = ANY ($2)`;

async function factsOf(
	{ $client }: Transaction,
	organizationId: string,
	due: readonly Due[]
): Promise<Map<string, Facts>> {
	const ids = due.map(({ visit }) => visit.id);
	const { rows } = await $client.query<{ id: string; facts: Facts }>(FACTS, [organizationId, ids]);
	return new Map(rows.map(({ id, facts }) => [id, facts]));
}

function told({
	visit,
	dueAt,
	known,
	rule,
	available
}: Due & { known: Facts; rule: RuleInput; available: readonly Channel[] }): NextMessage {
	const { patient, contact, closed, patientId, clinicName, zone, isConfirmed } = known;
	const { visit: supposed } = asIfNow(rule.kind, visit, dueAt);
	const suppression = suppressionOf(
		{
			...{ kind: rule.kind, aboutStart: visit.startsAt, dueAt, rule: { enabled: rule.enabled } },
			offer: null,
			visit: { status: supposed.status, startsAt: visit.startsAt, isConfirmed },
			patient: { ...patient, preferred: contact.preferred }
		},
		dueAt
	);
	const ways = waysLeft({
		...{ patientId, contact, channels: rule.channels, available, closed, tried: [] }
	});
	const none = 'none' in ways && ways.none !== 'used-up' ? ways.none : null;
	const { initials } = maskPerson({ ...patient, birthDate: null, phone: null });
	return {
		...{ appointmentId: visit.id, startsAt: visit.startsAt, zone, clinicId: visit.clinicId },
		...{ clinicName, initials, dueAt, suppression: suppression ?? none },
		channel: 'ways' in ways ? ways.ways[0]!.channel : null
	};
}
