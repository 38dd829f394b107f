/** One message as it comes from the database, made into what may be told of it. */
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import type { Permission } from '../../access/permissions.ts';
import { maskPerson } from '../../board/masked-person.ts';
import { listName } from '../../directory/patient-search.ts';
import type { LoggedMessage, MessageAttempt, ToldMessage } from '../message-log.ts';
import type { QuietHours } from '../due-time.ts';
import type { Channel, MessageKind, MessageState, SuppressionReason } from '../message.ts';
import { waitsForQuietUntil } from '../quiet-wait.ts';
import { isHeldBack, isRetried } from '../settling.ts';

/** What `MESSAGE_COLUMNS` gives. */
export interface MessageColumns {
	id: string;
	kind: MessageKind;
	state: MessageState;
	suppression: SuppressionReason | null;
	channels: Channel[];
	channel: Channel | null;
	dueAt: number;
	settledAt: number | null;
	ruleId: string | null;
	clinicId: string | null;
	patientId: string | null;
	practitionerId: string | null;
	attempts: MessageAttempt[];
	/** Of its rule, while it waits. */
	quiet: (QuietHours & { zone: string }) | null;
	visitStart: number | null;
}

/** Of `m` (messages) and `a` (their visits); an attempt at most for each number. */
export const MESSAGE_COLUMNS = `m.id, m.kind, m.state, m.suppression, m.channels, m.channel,
	epoch_ms(m.due_at)::float8 AS "dueAt", epoch_ms(m.settled_at)::float8 AS "settledAt", m.rule_id AS "ruleId",
	m.clinic_id AS "clinicId", m.patient_id AS "patientId", a.practitioner_id AS "practitionerId",
	epoch_ms(a.starts_at)::float8 AS "visitStart",
	CASE WHEN m.state = 'queued' THEN (SELECT json_build_object('quietFromMinute', r.quiet_from_minute,
			'quietUntilMinute', r.quiet_until_minute, 'zone', c.zone)
		FROM message_rules r, clinics c WHERE r.organization_id = m.organization_id AND r.id = m.rule_id
			AND c.organization_id = m.organization_id AND c.id = m.clinic_id) END AS quiet,
	coalesce((SELECT json_agg(json_build_object('number', t.number, 'channel', t.channel, 'outcome', t.outcome,
			'response', t.response, 'startedAt', epoch_ms(t.started_at)::float8,
			'endedAt', epoch_ms(t.ended_at)::float8) ORDER BY t.number)
		FROM message_attempts t WHERE t.organization_id = m.organization_id AND t.message_id = m.id), '[]') AS attempts`;

/** @returns what stands on screen of a message that the actor may read; @param now epoch milliseconds */
export function toldMessage(actor: Actor, row: MessageColumns, now: number): ToldMessage {
	const { attempts, quiet, visitStart: startsAt } = row;
	const waiting = { ...row, attempts: attempts.length, quiet, startsAt };
	const mayWrite = mayOn(actor, row, 'message.write');
	return {
		...{ id: row.id, kind: row.kind, state: row.state, suppression: row.suppression },
		...{ channels: row.channels, channel: row.channel, dueAt: row.dueAt },
		...{ settledAt: row.settledAt, attempts, quietUntil: waitsForQuietUntil(waiting, now) },
		can: { retry: mayWrite && isRetried(row), holdBack: mayWrite && isHeldBack(row) }
	};
}

/** @returns who it goes to, as far as the actor may know */
export function toldPatient(
	actor: Actor,
	row: MessageColumns & { familyName: string | null; givenName: string | null }
): LoggedMessage['patient'] {
	const { familyName, givenName } = row;
	if (familyName === null || givenName === null) return null;
	if (mayOn(actor, row, 'people.read')) return { name: listName({ familyName, givenName }) };
	const { initials } = maskPerson({ familyName, givenName, birthDate: null, phone: null });
	return { initials };
}

/** @returns whether the actor has the permission over a message, by whose it is and where */
export function mayOn(
	actor: Actor,
	{ clinicId, practitionerId, patientId }: Omit<MessageSubject, 'organizationId'>,
	permission: Permission
): boolean {
	const { organizationId } = actor;
	return authorize(actor, permission, { organizationId, clinicId, practitionerId, patientId });
}

interface MessageSubject {
	organizationId: string;
	clinicId: string | null;
	practitionerId: string | null;
	patientId: string | null;
}
