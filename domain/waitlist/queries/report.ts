/**
 * Figures of the waitlist for a period and the one before: by group, in three statements, whatever the number of
 * groups. No name and no id of a patient is among them.
 */
import type { Database } from '../../../db/database.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { dayInterval } from '../../availability/local-day.ts';
import { HAS_PUSH } from '../../messaging/queries/patient-ways.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { giniOf } from '../fairness.ts';
import {
	AGE_BANDS,
	dayStepOf,
	daysOf,
	GROUP_KEYS,
	GROUPINGS,
	MAX_REPORT_DAYS,
	NO_FIGURES,
	NO_OPENINGS,
	periodBefore,
	REPORTED_ENDS,
	reportScope,
	type GroupFigures,
	type Grouping,
	type OpeningFigures,
	type ReportDay,
	type ReportedEnd,
	type ReportGroup,
	type ReportPeriod,
	type WaitlistReport
} from '../report.ts';

export interface ReportWish extends ReportPeriod {
	/** IANA zone in which the days are meant. */
	zone: string;
	/** One clinic's alone. */
	clinicId?: string | undefined;
	/** Epoch milliseconds. */
	now: number;
}

type Which = 'now' | 'before';

/**
 * @returns the figures of what the actor may see; `not-allowed`; `date-out-of-range` for a period that is longer than
 *   366 days or has no day
 */
export async function readReport(
	database: Database,
	actor: Actor,
	wish: ReportWish
): Promise<Result<WaitlistReport>> {
	const scope = reportScope(actor);
	const { clinicId } = wish;
	if (scope === null) return refuse('not-allowed');
	if (clinicId !== undefined && scope !== 'all' && !scope.includes(clinicId)) {
		return refuse('not-allowed', { field: 'clinicId' });
	}
	const days = daysOf(wish);
	if (days < 1 || days > MAX_REPORT_DAYS) return refuse('date-out-of-range', { field: 'from' });
	const period = { from: wish.from, until: wish.until };
	const before = periodBefore(period);
	const clinicIds = clinicId !== undefined ? [clinicId] : scope === 'all' ? null : scope;
	const ends = Math.min(dayInterval(period.until, wish.zone).end, wish.now);
	const values = [
		...[actor.organizationId, new Date(dayInterval(before.from, wish.zone).start)],
		...[new Date(dayInterval(period.from, wish.zone).start), new Date(ends), clinicIds]
	];
	return forActor(database, actor, async (transaction) => {
		// One after the other: they share a connection.
		const offers = await rowsOf<OfferRow>(transaction, OFFERS, values);
		const waits = await rowsOf<WaitRow>(transaction, WAITS, values);
		const openings = await rowsOf<OpeningRow>(transaction, OPENINGS, values);
		const step = dayStepOf(period);
		const freed = await rowsOf<ReportDay>(transaction, DAYS, [
			...[values[0], values[2], values[3], clinicIds, wish.zone, period.from, period.until, step]
		]);
		return accept({
			...{ period, before, days: freed, dayStep: step },
			groups: groupsOf(offers, waits),
			openings: {
				now: openingFigures(openings, 'now', null),
				before: openingFigures(openings, 'before', null)
			},
			openingsByClinic: [...new Set(openings.flatMap((row) => row.clinicId ?? []))].map((id) => ({
				clinicId: id,
				now: openingFigures(openings, 'now', id),
				before: openingFigures(openings, 'before', id)
			}))
		});
	});
}

async function rowsOf<Row>(
	{ $client }: Transaction,
	text: string,
	values: unknown[]
): Promise<Row[]> {
	return (await $client.query(text, values)).rows as Row[];
}

/** $1 organization, $2 to $3 the period before, $3 to $4 the period, $5 clinics or null: all. */
const PERIODS = `periods (which, starts, ends) AS (VALUES
	('now', $3::timestamptz, $4::timestamptz), ('before', $2::timestamptz, $3::timestamptz))`;

const inScope = (column: string) => `($5::uuid[] IS NULL OR ${column} = ANY($5))`;

/** @param days SQL of a number of days */
const bandOf = (days: string) =>
	`CASE ${AGE_BANDS.map(({ key, untilDays }) =>
		untilDays === Infinity ? `ELSE '${key}'` : `WHEN floor(${days}) <= ${untilDays} THEN '${key}'`
	).join(' ')} END`;

const DAYS_OF = (interval: string) => `(extract(epoch FROM ${interval}) / 86400)`;

interface OfferRow extends Record<ReportedEnd, number> {
	which: Which;
	grouping: Grouping;
	key: string;
	offered: number;
	open: number;
	withheld: number;
	medianMinutes: number | null;
	p90Minutes: number | null;
}

/** A proposal may end like an offer that went out; no message says which it was. */
const WENT_OUT = `(state IN ('made', 'accepted', 'passed', 'declined', 'unreachable')
	OR state IN ('expired', 'lost', 'withdrawn') AND was_sent)`;
const TAKEN = `state = 'accepted' AND minutes IS NOT NULL`;

/** By when they were made; the channel is the one by which the offer arrived, or was tried last. */
const OFFERS = `WITH ${PERIODS}, offers AS (
	SELECT d.which, o.state, o.clinic_id, e.urgency, ${bandOf(DAYS_OF('o.made_at - e.waiting_since'))} AS age,
		coalesce(m.channel, 'none') AS channel, coalesce(m.state <> 'suppressed', false) AS was_sent,
		extract(epoch FROM o.ended_at - w.made_at) / 60 AS minutes
	FROM periods d JOIN waitlist_offers o
			ON o.organization_id = $1 AND o.made_at >= d.starts AND o.made_at < d.ends AND ${inScope('o.clinic_id')}
		JOIN waitlist_entries e ON e.organization_id = o.organization_id AND e.id = o.entry_id
		LEFT JOIN waitlist_openings w ON w.organization_id = o.organization_id AND w.id = o.opening_id
		LEFT JOIN LATERAL (SELECT coalesce(m.channel, m.channels[1]) AS channel, m.state FROM messages m
			WHERE m.organization_id = o.organization_id AND m.offer_id = o.id
			ORDER BY m.state IN ('sent', 'delivered') DESC, m.state <> 'suppressed' DESC, m.due_at LIMIT 1) m ON true)
	SELECT which, g.grouping, g.key,
		count(*) FILTER (WHERE ${WENT_OUT})::int AS offered,
		count(*) FILTER (WHERE state = 'made')::int AS open,
		count(*) FILTER (WHERE state <> 'proposed' AND NOT ${WENT_OUT})::int AS withheld,
		${REPORTED_ENDS.map((end) => `count(*) FILTER (WHERE state = '${end}' AND ${WENT_OUT})::int AS "${end}"`).join(', ')},
		percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE ${TAKEN}) AS "medianMinutes",
		percentile_cont(0.9) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE ${TAKEN}) AS "p90Minutes"
	FROM offers CROSS JOIN LATERAL (VALUES ('all', 'all'), ('urgency', urgency), ('age', age),
		('clinic', clinic_id::text), ('channel', channel)) g (grouping, key)
	GROUP BY which, g.grouping, g.key`;

interface WaitRow {
	which: Which;
	grouping: Grouping;
	key: string;
	/** How the waiting of this part of them stands at the end; `left`: they left without a time. */
	part: 'got' | 'still' | 'left';
	count: number;
	days: number;
	rankedDays: number;
	medianDays: number;
}

/**
 * Everybody who waited at some time of a period, to its end or to their own. Whoever would come to several clinics
 * counts at each; the channel is the first way to reach them as they are known today.
 */
const WAITS = `WITH ${PERIODS}, waits AS (
	SELECT d.which, e.id, e.organization_id, e.urgency, e.patient_id,
		CASE WHEN e.over >= d.ends THEN 'still' WHEN e.state = 'booked' THEN 'got' ELSE 'left' END AS part,
		${DAYS_OF('least(e.over, d.ends) - e.waiting_since')} AS days
	FROM periods d JOIN (SELECT *, coalesce(ended_at,
			-- Its last day went by, whether a job has said so or not.
			CASE WHEN last_date < current_date - 1 THEN greatest(last_date + 1, waiting_since) ELSE 'infinity' END
		) AS over FROM waitlist_entries WHERE organization_id = $1) e
		ON e.waiting_since < d.ends AND e.over >= d.starts),
	keyed AS (
	SELECT w.which, w.part, w.days, g.grouping, g.key FROM waits w
		JOIN patients p ON p.organization_id = w.organization_id AND p.id = w.patient_id
		LEFT JOIN LATERAL (SELECT array_agg(c.clinic_id) AS ids FROM waitlist_clinics c
			WHERE c.organization_id = w.organization_id AND c.entry_id = w.id) named ON true
		CROSS JOIN LATERAL (
			SELECT * FROM (VALUES ('all', 'all'), ('urgency', w.urgency), ('age', ${bandOf('w.days')}),
				('channel', CASE WHEN p.contact_channel = 'none' THEN 'none'
					WHEN p.contact_channel = 'sms' AND p.phone IS NOT NULL THEN 'sms'
					WHEN p.contact_channel = 'email' AND p.email IS NOT NULL THEN 'email'
					WHEN ${HAS_PUSH} THEN 'push' WHEN p.phone IS NOT NULL THEN 'sms'
					WHEN p.email IS NOT NULL THEN 'email' ELSE 'none' END)) v (grouping, key)
			UNION ALL
			SELECT 'clinic', c.id::text FROM clinics c WHERE c.organization_id = w.organization_id
				AND ${inScope('c.id')} AND (named.ids IS NULL OR c.id = ANY(named.ids))) g
		WHERE $5::uuid[] IS NULL OR named.ids IS NULL OR named.ids && $5),
	ranked AS (SELECT *, row_number() OVER (PARTITION BY which, grouping, key, part ORDER BY days) AS rank FROM keyed)
	SELECT which, grouping, key, part, count(*)::int AS count, sum(days)::float8 AS days,
		sum(days * rank)::float8 AS "rankedDays",
		percentile_cont(0.5) WITHIN GROUP (ORDER BY days)::float8 AS "medianDays"
	FROM ranked GROUP BY which, grouping, key, part`;

interface OpeningRow extends OpeningFigures {
	which: Which;
	/** `null`: of all together. */
	clinicId: string | null;
}

/** What visits took of an opening `w`. */
const FILLED = `LEFT JOIN LATERAL (SELECT sum(o.duration_minutes) AS minutes FROM waitlist_offers o
	WHERE o.organization_id = w.organization_id AND o.opening_id = w.id AND o.state = 'accepted') f ON true`;
const MINUTES = `round(coalesce(sum(extract(epoch FROM w.ends_at - w.starts_at) / 60), 0))::int AS "freedMinutes",
	coalesce(sum(f.minutes), 0)::int AS "filledMinutes"`;

const OPENINGS = `WITH ${PERIODS} SELECT d.which, w.clinic_id AS "clinicId", count(*)::int AS count,
		count(*) FILTER (WHERE w.state = 'filled')::int AS filled, ${MINUTES}
	FROM periods d JOIN waitlist_openings w
			ON w.organization_id = $1 AND w.made_at >= d.starts AND w.made_at < d.ends AND ${inScope('w.clinic_id')}
		${FILLED}
	GROUP BY GROUPING SETS ((d.which), (d.which, w.clinic_id))`;

/** $1 organization, $2 to $3 the period, $4 clinics, $5 zone, $6 and $7 first and last day, $8 days of a step. */
const DAYS = `SELECT to_char(day, 'YYYY-MM-DD') AS date, ${MINUTES}
	FROM generate_series($6::date::timestamp, $7::date::timestamp, $8::int * interval '1 day') AS day
		LEFT JOIN waitlist_openings w ON w.organization_id = $1 AND w.made_at >= $2 AND w.made_at < $3
			AND ($4::uuid[] IS NULL OR w.clinic_id = ANY($4))
			AND w.made_at >= day AT TIME ZONE $5 AND w.made_at < (day + $8::int * interval '1 day') AT TIME ZONE $5
		${FILLED}
	GROUP BY day ORDER BY day`;

function groupsOf(offers: OfferRow[], waits: WaitRow[]): WaitlistReport['groups'] {
	return Object.fromEntries(
		GROUPINGS.map((grouping): [Grouping, ReportGroup[]] => {
			const own = <Row extends { grouping: Grouping }>(rows: Row[]) =>
				rows.filter((row) => row.grouping === grouping);
			const [offered, waited] = [own(offers), own(waits)];
			const found = new Set([...offered, ...waited].map(({ key }) => key));
			const keys = grouping === 'clinic' ? [...found].sort() : GROUP_KEYS[grouping];
			return [
				grouping,
				keys.map((key) => ({
					key,
					now: figuresOf(offered, waited, key, 'now'),
					before: figuresOf(offered, waited, key, 'before')
				}))
			];
		})
	) as WaitlistReport['groups'];
}

function figuresOf(offers: OfferRow[], waits: WaitRow[], key: string, which: Which): GroupFigures {
	const isIt = (row: { key: string; which: Which }) => row.key === key && row.which === which;
	const { which: _, grouping: __, key: ___, ...counts } = offers.find(isIt) ?? ({} as OfferRow);
	const waited = waits.filter(isIt);
	const partOf = (part: WaitRow['part']) => {
		const row = waited.find((one) => one.part === part);
		if (!row) return NO_FIGURES.got;
		const { count, days, rankedDays, medianDays } = row;
		return { count, medianDays, gini: giniOf({ count, sum: days, rankedSum: rankedDays }) };
	};
	return {
		...{ ...NO_FIGURES, ...counts, got: partOf('got'), still: partOf('still') },
		waiting: waited.reduce((all, { count }) => all + count, 0)
	};
}

function openingFigures(rows: OpeningRow[], which: Which, clinicId: string | null): OpeningFigures {
	const row = rows.find((one) => one.which === which && one.clinicId === clinicId);
	if (!row) return NO_OPENINGS;
	const { count, filled, freedMinutes, filledMinutes } = row;
	return { count, filled, freedMinutes, filledMinutes };
}
