/** How many messages arrived: by channel and by rule, each in one statement. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { ChannelFigures, Compared, PeriodDays, RuleFigures } from '../delivery.ts';
import { messageScope, scopeCondition } from '../message-scope.ts';
import type { Channel, MessageKind } from '../message.ts';

const DAY_MS = 86_400_000;

export interface FiguresWish {
	days: PeriodDays;
	/** The period's end, epoch milliseconds. */
	now: number;
	/** One clinic's alone. */
	clinicId?: string | undefined;
}

/** @returns by the channel that was tried last, or is the first; in no order, those without any left out */
export async function figuresByChannel(
	database: Database,
	actor: Actor,
	wish: FiguresWish
): Promise<Result<ChannelFigures[]>> {
	const rows = await counted<{ channel: Channel }>(database, actor, wish, {
		columns: 'coalesce(m.channel, m.channels[1]) AS channel',
		joins: '',
		groups: '1'
	});
	if (rows === null) return refuse('not-allowed');
	return accept(rows.map((row) => ({ channel: row.channel, ...comparedOf(row) })));
}

/** @returns by rule, and by kind where no rule says it; in no order */
export async function figuresByRule(
	database: Database,
	actor: Actor,
	wish: FiguresWish
): Promise<Result<RuleFigures[]>> {
	const rows = await counted<RuleNames>(database, actor, wish, {
		columns: `m.kind, m.rule_id AS "ruleId", c.name AS "clinicName", s.name AS "serviceName",
			r.retired_at IS NOT NULL AS "isRetired"`,
		joins: `LEFT JOIN message_rules r ON r.organization_id = m.organization_id AND r.id = m.rule_id
			LEFT JOIN clinics c ON c.organization_id = r.organization_id AND c.id = r.clinic_id
			LEFT JOIN services s ON s.organization_id = r.organization_id AND s.id = r.service_id`,
		groups: 'm.kind, m.rule_id, c.name, s.name, r.retired_at'
	});
	if (rows === null) return refuse('not-allowed');
	return accept(
		rows.map((row) => ({
			...{ kind: row.kind, ruleId: row.ruleId, clinicName: row.clinicName },
			...{ serviceName: row.serviceName, isRetired: row.isRetired, ...comparedOf(row) }
		}))
	);
}

interface RuleNames {
	kind: MessageKind;
	ruleId: string | null;
	clinicName: string | null;
	serviceName: string | null;
	isRetired: boolean;
}

interface Counts {
	sent: number;
	delivered: number;
	failed: number;
	suppressed: number;
	sentBefore: number;
	deliveredBefore: number;
	failedBefore: number;
	suppressedBefore: number;
}

function comparedOf(row: Counts): Compared {
	const { sent, delivered, failed, suppressed } = row;
	return {
		now: { sent, delivered, failed, suppressed },
		before: {
			...{ sent: row.sentBefore, delivered: row.deliveredBefore },
			...{ failed: row.failedBefore, suppressed: row.suppressedBefore }
		}
	};
}

const STATES: readonly [name: string, states: string][] = [
	['sent', `'sent', 'delivered'`],
	['delivered', `'delivered'`],
	['failed', `'failed'`],
	['suppressed', `'suppressed'`]
];

async function counted<Group>(
	database: Database,
	actor: Actor,
	{ days, now, clinicId }: FiguresWish,
	{ columns, joins, groups }: { columns: string; joins: string; groups: string }
): Promise<(Group & Counts)[] | null> {
	const scope = messageScope(actor);
	if (scope === null) return null;
	const values: unknown[] = [actor.organizationId];
	const given = (value: unknown, type: string) => `$${values.push(value)}::${type}`;
	const instant = (at: number) => given(new Date(at), 'timestamptz');
	const [first, middle, last] = [2, 1, 0].map((periods) => instant(now - periods * days * DAY_MS));
	const counts = STATES.flatMap(([name, states]) => [
		`count(*) FILTER (WHERE m.due_at >= ${middle} AND m.state IN (${states}))::int AS "${name}"`,
		`count(*) FILTER (WHERE m.due_at < ${middle} AND m.state IN (${states}))::int AS "${name}Before"`
	]);
	const conditions = [
		`m.organization_id = $1 AND m.due_at >= ${first} AND m.due_at < ${last}`,
		`m.state NOT IN ('queued', 'sending') AND ${scopeCondition(scope, given)}`,
		...(clinicId === undefined ? [] : [`m.clinic_id = ${given(clinicId, 'uuid')}`])
	];
	return forActor(database, actor, async ({ $client }) => {
		const { rows } = await $client.query<Group & Counts & Record<string, unknown>>(
			`SELECT ${columns}, ${counts.join(', ')} FROM messages m
				LEFT JOIN appointments a ON a.organization_id = m.organization_id AND a.id = m.appointment_id
				${joins} WHERE ${conditions.join(' AND ')} GROUP BY ${groups}`,
			values
		);
		return rows;
	});
}
