/** Taking due messages in hand: one server has each, until it is sent or the server has died. */
import type { Transaction } from '../../../db/transaction.ts';
import type { AppointmentStatus } from '../../scheduling/appointment.ts';
import type { SiteLanguage } from '../../site/site.ts';
import type { OfferState } from '../../waitlist/offer.ts';
import type { QuietHours } from '../due-time.ts';
import type { Channel, ClosedReason, ContactChannel, MessageKind } from '../message.ts';
import type { RuleTemplates } from '../template.ts';
import { CLOSED, HAS_PUSH } from '../queries/patient-ways.ts';
import type { Try } from '../ways.ts';

/** For how long a server has a message in hand, in seconds. Longer than all that its channels wait for. */
const LEASE_S = 120;
/** As long after `begin` nobody doubts: it may still be on its way. */
const DOUBT_S = 90;

export interface ClaimedRule extends QuietHours {
	id: string;
	enabled: boolean;
	channels: Channel[];
	templates: RuleTemplates;
}

/** What a message says of a visit, or of one that is offered. */
export interface ToldTime {
	startsAt: number;
	zone: string;
	clinic: { name: string; address: string; phone: string };
	doctor: { name: string };
	service: { name: string; preparation: string };
}

/** A message with all that sending it needs. Instants are epoch milliseconds. */
export interface ClaimedMessage {
	id: string;
	kind: MessageKind;
	ruleId: string | null;
	patientId: string | null;
	appointmentId: string | null;
	offerId: string | null;
	clinicId: string | null;
	language: SiteLanguage;
	dueAt: number;
	aboutStart: number | null;
	sealedContent: string | null;
	/** Tries so far; the next has the number after it. */
	attempts: number;
	/** Those tries that still count, in order. */
	tried: Try[];
	channels: Channel[];
	/** `null`: no rule says it, or it is gone. */
	rule: ClaimedRule | null;
	patient: {
		givenName: string;
		email: string | null;
		phone: string | null;
		preferred: ContactChannel | null;
		language: SiteLanguage | null;
		deceased: boolean;
		messagesBlocked: boolean;
		hasPush: boolean;
		closed: Partial<Record<Channel, ClosedReason>>;
	} | null;
	visit: (ToldTime & { status: AppointmentStatus; isConfirmed: boolean }) | null;
	/** Of the waitlist; such a message is about no visit. */
	offer: (ToldTime & { state: OfferState; expiresAt: number }) | null;
	organization: { name: string };
	/** Of a message that is in doubt: its last try, and when it began. */
	began: { channel: Channel; at: number } | null;
}

const MS = (instant: string) => `epoch_ms(${instant})`;

/** Where it is, with whom and for what. */
const PLACE = `'zone', c.zone,
		'clinic', json_build_object('name', c.name, 'address', c.address, 'phone', c.phone),
		'doctor', json_build_object('name', d.name),
		'service', json_build_object('name', s.name, 'preparation', s.preparation)`;

/** What is asked of the rows of `taken m`. */
const WHOLE = `SELECT json_build_object(
	'id', m.id, 'kind', m.kind, 'ruleId', m.rule_id, 'patientId', m.patient_id, 'appointmentId', m.appointment_id,
	'offerId', m.offer_id, 'clinicId', m.clinic_id, 'language', m.language, 'dueAt', ${MS('m.due_at')}, 'aboutStart', ${MS('m.about_start')},
	'sealedContent', m.sealed_content, 'attempts', m.attempts, 'channels', m.channels,
	'tried', CASE WHEN m.attempts = m.tries_from THEN '[]' ELSE coalesce((SELECT json_agg(
			json_build_object('channel', t.channel, 'outcome', t.outcome) ORDER BY t.number)
		FROM message_attempts t WHERE t.organization_id = m.organization_id AND t.message_id = m.id
			AND t.number > m.tries_from AND t.number <= m.attempts), '[]') END,
	'patient', CASE WHEN p.id IS NOT NULL THEN json_build_object('givenName', p.given_name, 'email', p.email,
		'phone', p.phone, 'preferred', p.contact_channel, 'language', p.language, 'deceased', p.deceased,
		'messagesBlocked', p.messages_blocked,
		'hasPush', 'push' = ANY (coalesce(r.channels, m.channels)) AND ${HAS_PUSH}, 'closed', ${CLOSED}) END,
	'visit', CASE WHEN a.id IS NOT NULL THEN json_build_object('startsAt', ${MS('a.starts_at')}, 'status', a.status,
		'isConfirmed', to_jsonb(a) ->> 'confirmed_at' IS NOT NULL, ${PLACE}) END,
	'offer', CASE WHEN f.id IS NOT NULL THEN json_build_object('startsAt', ${MS('f.starts_at')}, 'state', f.state,
		'expiresAt', ${MS('f.expires_at')}, ${PLACE}) END,
	'organization', json_build_object('name', o.name),
	'began', (SELECT json_build_object('channel', t.channel, 'at', ${MS('t.started_at')}) FROM message_attempts t WHERE m.is_doubtful
		AND t.organization_id = m.organization_id AND t.message_id = m.id AND t.number = m.attempts + 1)
	) AS message
	FROM taken m
	JOIN organizations o ON o.id = m.organization_id
	LEFT JOIN message_rules r ON r.organization_id = m.organization_id AND r.id = m.rule_id
	LEFT JOIN patients p ON p.organization_id = m.organization_id AND p.id = m.patient_id
	LEFT JOIN appointments a ON a.organization_id = m.organization_id AND a.id = m.appointment_id
		AND a.patient_id = m.patient_id
	LEFT JOIN waitlist_offers f ON f.organization_id = m.organization_id AND f.id = m.offer_id
		AND f.patient_id = m.patient_id
	LEFT JOIN clinics c ON c.organization_id = m.organization_id AND c.id = coalesce(a.clinic_id, f.clinic_id)
	LEFT JOIN practitioners d ON d.organization_id = m.organization_id
		AND d.id = coalesce(a.practitioner_id, f.practitioner_id)
	LEFT JOIN services s ON s.organization_id = m.organization_id AND s.id = coalesce(a.service_id, f.service_id)`;

const TAKE = `UPDATE messages m SET state = 'sending', claimed_until = now() + interval '${LEASE_S} seconds'`;

/** In two parts, so that each follows its index: those that somebody waits for first. */
const CLAIM = `WITH direct AS (
		SELECT id FROM messages WHERE organization_id = $1 AND state = 'queued' AND rule_id IS NULL
			AND due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED),
	ruled AS (
		SELECT id FROM messages WHERE organization_id = $1 AND state = 'queued' AND rule_id IS NOT NULL
			AND due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED),
	taken AS (${TAKE} WHERE m.organization_id = $1 AND m.id = ANY (ARRAY(SELECT id FROM direct UNION ALL
			SELECT id FROM ruled)) RETURNING m.*, false AS is_doubtful)
	${WHOLE}`;

const CLAIM_ONE = `WITH due AS (
		SELECT id FROM messages WHERE organization_id = $1 AND id = $2 AND state = 'queued' FOR UPDATE SKIP LOCKED),
	taken AS (${TAKE} WHERE m.organization_id = $1 AND m.id IN (SELECT id FROM due)
		RETURNING m.*, false AS is_doubtful)
	${WHOLE}`;

/** Those that a server left behind after it had begun to send them. */
const CLAIM_DOUBTFUL = `WITH left_behind AS (
		SELECT m.id FROM messages m WHERE m.organization_id = $1 AND m.state = 'sending' AND m.claimed_until < now()
			AND EXISTS (SELECT FROM message_attempts t WHERE t.organization_id = $1 AND t.message_id = m.id
				AND t.number = m.attempts + 1 AND t.outcome = 'sending'
				AND t.started_at < now() - interval '${DOUBT_S} seconds')
			LIMIT $2 FOR UPDATE OF m SKIP LOCKED),
	taken AS (${TAKE} WHERE m.organization_id = $1 AND m.id IN (SELECT id FROM left_behind)
		RETURNING m.*, true AS is_doubtful)
	${WHOLE}`;

/** Those that it had taken in hand and not begun. */
const GIVE_BACK = `UPDATE messages m SET state = 'queued', claimed_until = NULL
	WHERE m.organization_id = $1 AND m.state = 'sending' AND m.claimed_until < now()
		AND NOT EXISTS (SELECT FROM message_attempts t WHERE t.organization_id = $1 AND t.message_id = m.id
			AND t.number = m.attempts + 1)`;

async function read(
	{ $client }: Pick<Transaction, '$client'>,
	name: string,
	text: string,
	values: unknown[]
): Promise<ClaimedMessage[]> {
	const { rows } = await $client.query<{ message: Omit<ClaimedMessage, 'rule'> }>({
		...{ name, text, values }
	});
	// Once for all: templates are long, and a morning's reminders are of one rule.
	const ids = new Set(rows.flatMap(({ message }) => message.ruleId ?? []));
	const rules = await readRules({ $client }, [...ids], values[0] as string);
	return rows.map(({ message }) => ({ ...message, rule: rules.get(message.ruleId ?? '') ?? null }));
}

async function readRules(
	{ $client }: Pick<Transaction, '$client'>,
	ids: readonly string[],
	organizationId: string
): Promise<Map<string, ClaimedRule>> {
	if (ids.length === 0) return new Map();
	const { rows } = await $client.query<ClaimedRule>(
		`SELECT id, enabled, channels, templates, quiet_from_minute AS "quietFromMinute",
				quiet_until_minute AS "quietUntilMinute"
			FROM message_rules WHERE organization_id = $1 AND id = ANY ($2)`,
		[organizationId, ids]
	);
	return new Map(rows.map((rule) => [rule.id, rule]));
}

/** Takes messages in hand that are due. @param limit of each of the two kinds, direct and by rule */
export function claimDue(
	transaction: Transaction,
	organizationId: string,
	now: number,
	limit: number
): Promise<ClaimedMessage[]> {
	return read(transaction, 'claim_messages', CLAIM, [organizationId, new Date(now), limit]);
}

/** Takes one message in hand, due or not. @returns empty where somebody else has it, or it is settled */
export function claimOne(
	transaction: Transaction,
	organizationId: string,
	messageId: string
): Promise<ClaimedMessage[]> {
	return read(transaction, 'claim_message', CLAIM_ONE, [organizationId, messageId]);
}

/** Takes messages in hand of which nobody knows whether they were sent. */
export function claimDoubtful(
	transaction: Transaction,
	organizationId: string,
	limit: number
): Promise<ClaimedMessage[]> {
	return read(transaction, 'claim_doubtful', CLAIM_DOUBTFUL, [organizationId, limit]);
}

/** Queues again what a server that died had in hand and had not begun to send. @returns how many */
export async function giveBackUnbegun(
	{ $client }: Transaction,
	organizationId: string
): Promise<number> {
	return (await $client.query(GIVE_BACK, [organizationId])).rowCount ?? 0;
}
