/** How many wait: by clinic, service, urgency, and for how long. Numbers only: nobody is named. */
import type { Database } from '../../../db/database.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { URGENCIES, type Urgency } from '../entry.ts';
import { AGE_NAMES, daysOfAge, type Counted, type WaitingFigures } from '../panel.ts';
import { mayRead, STILL_WAITING } from './panel.ts';

/** @returns how many wait who would come to a clinic; `null`: the actor may not know */
export async function countWaiting(
	database: Database,
	actor: Actor,
	clinicId: string
): Promise<number | null> {
	if (!mayRead(actor, clinicId)) return null;
	return forActor(database, actor, async ({ $client }) => {
		const { rows } = await $client.query<{ waiting: number }>(
			`SELECT count(*)::int AS waiting FROM waitlist_entries e
			WHERE e.organization_id = $1 AND ${STILL_WAITING} AND ${COMES_TO('$2')}`,
			[actor.organizationId, clinicId]
		);
		return rows[0]!.waiting;
	});
}

/** @returns the numbers of the whole organization; `not-allowed` */
export async function waitingFigures(
	database: Database,
	actor: Actor
): Promise<Result<WaitingFigures>> {
	if (!mayRead(actor, undefined)) return refuse('not-allowed');
	const waiting = `waitlist_entries e WHERE e.organization_id = $1 AND ${STILL_WAITING}`;
	return forActor(database, actor, async ({ $client }) => {
		const ask = async <T extends object>(text: string) =>
			(await $client.query<T>(text, [actor.organizationId])).rows;
		const ages = AGE_NAMES.map((age) => {
			const { from, before } = daysOfAge(age);
			const ago = (days: number) => `now() - ${days} * interval '1 day'`;
			const until = before === null ? '' : ` AND e.waiting_since > ${ago(before)}`;
			return `count(*) FILTER (WHERE e.waiting_since <= ${ago(from)}${until})::int AS "${age}"`;
		});
		const [sums] = await ask<Record<string, number>>(
			`SELECT count(*)::int AS waiting, ${URGENCIES.map(
				(urgency) => `count(*) FILTER (WHERE e.urgency = '${urgency}')::int AS "${urgency}"`
			).join(', ')}, ${ages.join(', ')} FROM ${waiting}`
		);
		const [offers] = await ask<{ offered: number }>(
			`SELECT count(DISTINCT entry_id)::int AS offered FROM waitlist_offers
			WHERE organization_id = $1 AND state IN ('proposed', 'made')`
		);
		const services = await ask<Counted>(
			`SELECT s.id AS key, s.name, n.count FROM services s
				JOIN (SELECT e.service_id, count(*)::int AS count FROM ${waiting} GROUP BY 1) n ON n.service_id = s.id
			WHERE s.organization_id = $1 ORDER BY n.count DESC, s.name`
		);
		// Who would come to several is counted at each: the sum says nothing.
		const clinics = await ask<Counted>(
			`SELECT c.id AS key, c.name, (SELECT count(*)::int FROM ${waiting} AND ${COMES_TO('c.id')}) AS count
			FROM clinics c WHERE c.organization_id = $1 ORDER BY count DESC, c.name`
		);
		return accept({
			...{ waiting: sums!.waiting!, urgent: sums!.urgent!, offered: offers!.offered },
			...{ clinics, services },
			urgencies: URGENCIES.toReversed().map((key: Urgency) => ({ key, count: sums![key]! })),
			ages: AGE_NAMES.map((key) => ({ key, count: sums![key]! }))
		});
	});
}

const COMES_TO = (clinic: string) => `(NOT EXISTS (SELECT 1 FROM waitlist_clinics x
	WHERE x.organization_id = $1 AND x.entry_id = e.id)
	OR EXISTS (SELECT 1 FROM waitlist_clinics x
	WHERE x.organization_id = $1 AND x.entry_id = e.id AND x.clinic_id = ${clinic}))`;
