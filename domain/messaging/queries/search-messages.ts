/** Searching the messages: newest first; those that wait, the next first. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { audit } from '../../access/commands/audit.ts';
import { dayInterval } from '../../availability/local-day.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { LoggedMessage, MessageCursor, MessageFilter, MessagePage } from '../message-log.ts';
import { messageScope, scopeCondition } from '../message-scope.ts';
import { MESSAGE_COLUMNS, toldMessage, toldPatient, type MessageColumns } from './told-message.ts';

export interface MessageSearch {
	filter: MessageFilter;
	/** IANA zone in which the filter's days are meant. */
	zone: string;
	/** After which row the page begins; left out: at the beginning. */
	after?: MessageCursor | undefined;
	/** Rows of the page. */
	limit: number;
	/** Epoch milliseconds. */
	now: number;
}

interface Row extends MessageColumns {
	cursor: string;
	familyName: string | null;
	givenName: string | null;
	visitId: string | null;
	visitClinicId: string | null;
	startsAt: number | null;
}

/**
 * Reads a page of the log. Where it says who somebody is, the audit says so in the same transaction.
 * @returns what the actor may read; where neither a last day nor what waits is asked for, up to now
 */
export async function searchMessages(
	database: Database,
	actor: Actor,
	search: MessageSearch
): Promise<Result<MessagePage>> {
	const { text, values } = statement(actor, search);
	if (text === null) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const { rows } = await transaction.$client.query<Row>(text, values);
		const shown = rows.slice(0, search.limit);
		const told = shown.map((row) => toldRow(actor, row, search.now));
		const named = shown.filter((_, i) => 'name' in (told[i]!.patient ?? {}));
		if (named.length > 0) {
			const patientIds = [...new Set(named.map(({ patientId }) => patientId!))];
			await audit(transaction, actor, {
				...{ kind: 'messages-read', detail: { patientIds } },
				...(search.filter.clinic ? { clinicId: search.filter.clinic } : {})
			});
		}
		return accept({
			rows: told,
			next: rows.length > search.limit ? told.at(-1)!.cursor : null
		});
	});
}

function toldRow(actor: Actor, row: Row, now: number): LoggedMessage {
	const { visitId, visitClinicId, startsAt, cursor, clinicId } = row;
	return {
		...{ ...toldMessage(actor, row, now), cursor, clinicId, patient: toldPatient(actor, row) },
		visit: visitId === null ? null : { id: visitId, clinicId: visitClinicId!, startsAt: startsAt! }
	};
}

function statement(
	actor: Actor,
	{ filter, zone, after, limit, now }: MessageSearch
): { text: string | null; values: unknown[] } {
	const values: unknown[] = [actor.organizationId, limit + 1];
	const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
	const scope = messageScope(actor);
	if (scope === null) return { text: null, values };
	const waiting = filter.state === 'queued';
	const day = (at: number) => given(new Date(at), 'timestamptz');
	const conditions = ['m.organization_id = $1', scopeCondition(scope, given)];
	if (filter.from) conditions.push(`m.due_at >= ${day(dayInterval(filter.from, zone).start)}`);
	if (filter.until) {
		conditions.push(`m.due_at < ${day(dayInterval(filter.until, zone).end)}`);
	} else if (!waiting) conditions.push(`m.due_at <= ${day(now)}`);
	if (filter.state) conditions.push(`m.state = ${given(filter.state, 'text')}`);
	if (filter.kind) conditions.push(`m.kind = ${given(filter.kind, 'text')}`);
	if (filter.clinic) conditions.push(`m.clinic_id = ${given(filter.clinic, 'uuid')}`);
	if (filter.channel) {
		conditions.push(`coalesce(m.channel, m.channels[1]) = ${given(filter.channel, 'text')}`);
	}
	if (after) {
		const at = `('epoch'::timestamptz + ${given(after.at, 'bigint')} * interval '1 microsecond')`;
		const id = given(after.id, 'uuid');
		conditions.push(`(m.due_at, m.id) ${waiting ? '>' : '<'} (${at}, ${id})`);
	}
	const order = waiting ? 'm.due_at, m.id' : 'm.due_at DESC, m.id DESC';
	return {
		text: `SELECT ${MESSAGE_COLUMNS}, p.family_name AS "familyName", p.given_name AS "givenName",
				(extract(epoch FROM m.due_at) * 1000000)::bigint || '-' || m.id AS cursor,
				a.id AS "visitId", a.clinic_id AS "visitClinicId", epoch_ms(a.starts_at)::float8 AS "startsAt"
			FROM messages m
				LEFT JOIN appointments a ON a.organization_id = m.organization_id AND a.id = m.appointment_id
				LEFT JOIN patients p ON p.organization_id = m.organization_id AND p.id = m.patient_id
			WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT $2`,
		values
	};
}
