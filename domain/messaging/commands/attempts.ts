/** Writing down that a message is about to be handed over, and what became of it. */
import type { Database } from '../../../db/database.ts';
import { alongIndexes, type Transaction } from '../../../db/transaction.ts';
import type { AttemptOutcome, Channel, ClosedReason, MessageState } from '../message.ts';
import { closeAddress } from './closed-addresses.ts';

export interface Begin {
	messageId: string;
	/** Of the try, from 1. */
	number: number;
	channel: Channel;
}

/**
 * Writes down that tries begin. The row's key is what keeps two servers from sending the same try.
 * @returns for each whether it may begin
 */
export function beginAttempts(
	database: Database,
	organizationId: string,
	begun: readonly Begin[]
): Promise<boolean[]> {
	return alongIndexes(database, organizationId, (transaction) =>
		beginWithin(transaction, organizationId, begun)
	);
}

/** The same in a transaction that goes on. */
export async function beginWithin(
	{ $client }: Transaction,
	organizationId: string,
	begun: readonly Begin[]
): Promise<boolean[]> {
	if (begun.length === 0) return [];
	const { rows } = await $client.query<{ id: string }>({
		name: 'begin_attempts',
		text: `INSERT INTO message_attempts (organization_id, message_id, number, channel, outcome)
			SELECT $1, b.id, b.number, b.channel, 'sending'
			FROM unnest($2::uuid[], $3::smallint[], $4::text[]) AS b(id, number, channel)
			-- Whoever has lost it meanwhile does not begin.
			WHERE EXISTS (SELECT FROM messages m WHERE m.organization_id = $1 AND m.id = b.id AND m.state = 'sending')
			ON CONFLICT DO NOTHING RETURNING message_id AS id`,
		values: [
			organizationId,
			begun.map(({ messageId }) => messageId),
			begun.map(({ number }) => number),
			begun.map(({ channel }) => channel)
		]
	});
	const taken = new Set(rows.map(({ id }) => id));
	return begun.map(({ messageId }) => taken.has(messageId));
}

/** Notes that all of some tries was given away. What is settled by then needs no note. */
export async function noteHandedOver(
	database: Database,
	organizationId: string,
	handedOver: readonly Begin[]
): Promise<void> {
	await alongIndexes(database, organizationId, ({ $client }) =>
		$client.query({
			name: 'note_handed_over',
			text: `UPDATE message_attempts t SET handed_over_at = now()
				FROM unnest($2::uuid[], $3::smallint[]) AS h(id, number)
				WHERE t.organization_id = $1 AND t.message_id = h.id AND t.number = h.number AND t.outcome = 'sending'`,
			values: [
				organizationId,
				handedOver.map(({ messageId }) => messageId),
				handedOver.map(({ number }) => number)
			]
		})
	);
}

export interface Settlement extends Begin {
	outcome: AttemptOutcome;
	state: MessageState;
	providerId: string | null;
	response: string;
	/** When it is tried again (epoch milliseconds). */
	dueAt: number | null;
	/** The address that is to blame. */
	closes: { address: string; reason: ClosedReason } | null;
}

/**
 * Writes down what became of tries, and what follows from it. What somebody else has settled meanwhile (a report of
 * the provider that was faster, whoever resolved a doubt) stays as it is.
 */
export async function settleAttempts(
	database: Database,
	organizationId: string,
	settled: readonly Settlement[]
): Promise<void> {
	await alongIndexes(database, organizationId, async (transaction) => {
		await writeSettlements(transaction, organizationId, settled);
		for (const { messageId, closes, channel, state } of settled) {
			if (closes) await closeAddress(transaction, organizationId, channel, closes);
			if (closes || state === 'failed') await makeTask(transaction, organizationId, messageId);
		}
		await wakeFor(
			transaction,
			organizationId,
			settled.flatMap(({ dueAt }) => dueAt ?? [])
		);
	});
}

const SETTLE = `WITH given AS (
		SELECT * FROM json_to_recordset($2) AS g("messageId" uuid, number smallint, channel text, outcome text,
			state text, "providerId" text, response text, "dueAt" float8)),
	tries AS (
		INSERT INTO message_attempts AS t (organization_id, message_id, number, channel, outcome, provider_id, response,
				ended_at)
			SELECT $1, g."messageId", g.number, g.channel, g.outcome, g."providerId", g.response, now() FROM given g
			ON CONFLICT (organization_id, message_id, number) DO UPDATE SET outcome = excluded.outcome,
				provider_id = excluded.provider_id, response = excluded.response, ended_at = excluded.ended_at
			WHERE t.outcome = 'sending'
			RETURNING t.message_id)
	UPDATE messages m SET state = g.state, channel = g.channel, attempts = g.number, claimed_until = NULL, claimed_by = NULL,
			due_at = coalesce(to_timestamp(g."dueAt" / 1000), m.due_at),
			settled_at = CASE WHEN g.state <> 'queued' THEN now() END,
			sealed_content = CASE WHEN g.state = 'queued' THEN m.sealed_content END
		FROM given g JOIN tries ON tries.message_id = g."messageId"
		WHERE m.organization_id = $1 AND m.id = g."messageId" AND m.state = 'sending'`;

async function writeSettlements(
	{ $client }: Transaction,
	organizationId: string,
	settled: readonly Settlement[]
): Promise<void> {
	await $client.query({
		...{ name: 'settle_attempts', text: SETTLE },
		values: [organizationId, JSON.stringify(settled)]
	});
}

/** Somebody of the staff has to reach the patient in another way. One task for a message, however often it fails. */
export async function makeTask(
	{ $client }: Transaction,
	organizationId: string,
	messageId: string
): Promise<void> {
	await $client.query(
		`INSERT INTO tasks (organization_id, id, kind, clinic_id, patient_id, appointment_id, message_id)
			SELECT organization_id, gen_random_uuid(), 'failed-message', clinic_id, patient_id, appointment_id, id
			FROM messages m WHERE organization_id = $1 AND id = $2 AND patient_id IS NOT NULL AND rule_id IS NOT NULL
				AND NOT EXISTS (SELECT FROM tasks t WHERE t.organization_id = $1 AND t.message_id = m.id
					AND t.done_at IS NULL)`,
		[organizationId, messageId]
	);
}

/** Has the messages of an organization looked after at some moments (epoch milliseconds). */
export async function wakeFor(
	{ $client }: Transaction,
	organizationId: string,
	moments: readonly number[]
): Promise<void> {
	if (moments.length === 0) return;
	await $client.query(
		`SELECT wake_sender($1, min(to_timestamp(at / 1000))) FROM unnest($2::float8[]) AS at
			GROUP BY ceil(at / 60000)`,
		[organizationId, moments]
	);
}
