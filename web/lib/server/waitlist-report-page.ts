/** How fairly times were given to those who wait: as a page and as a file. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { localDateOf } from '#domain/availability/local-day.ts';
import { shareOf } from '#domain/waitlist/fairness.ts';
import { readReport } from '#domain/waitlist/queries/report.ts';
import {
	GROUPINGS,
	reportScope,
	reportWishSchema,
	type GroupFigures,
	type Grouping,
	type OpeningFigures,
	type ReportPeriod,
	type WaitlistReport
} from '#domain/waitlist/report.ts';
import { BYTE_ORDER_MARK, csvLine } from '#web/lib/csv.ts';
import type { ClinicChoice, ReportPageData } from '#web/lib/waitlist/page-data.ts';
import {
	COUNTED,
	COUNTED_WORDS,
	groupWords,
	groupsWithAny
} from '#web/lib/waitlist/report-words.ts';
import { givenIn } from './audit-page.ts';
import { database } from './database.ts';
import { waitlistFrame } from './waitlist-frame.ts';

/** Where an organization has no clinic yet. */
const NO_CLINICS_ZONE = 'UTC';
const NOT_THESE = 'You may see the figures of your own clinics only.';

/** @returns the figures of the period asked for; where that is no period, those of the last 30 days and what is wrong */
export async function reportPage(actor: Actor, search: URLSearchParams): Promise<ReportPageData> {
	const { frame, clinics } = await choices(actor);
	const zone = clinics[0]?.zone ?? NO_CLINICS_ZONE;
	const now = Date.now();
	const today = localDateOf(now, zone);
	const asked = givenIn(search);
	const wish = reportWishSchema(today).safeParse(asked);
	const report = await readReport(database(), actor, {
		...{ ...(wish.data ?? reportWishSchema(today).parse({})), zone, now }
	});
	if (!report.ok) error(403, NOT_THESE);
	return {
		...{ frame, clinics, today, asked, report: report.value },
		problem: wish.success ? null : wish.error.issues[0]!.message
	};
}

async function choices(actor: Actor) {
	const { frame, clinics } = await waitlistFrame(actor, 'report');
	const scope = reportScope(actor);
	return { frame, clinics: clinics.filter(({ id }) => scope === 'all' || scope?.includes(id)) };
}

/** @returns the same figures as a file, a line for each group and period; what is asked for wrongly is refused in words */
export async function reportFile(actor: Actor, search: URLSearchParams): Promise<Response> {
	const { report, clinics, problem } = await reportPage(actor, search);
	if (problem !== null) error(400, problem);
	const { from, until } = report.period;
	return new Response(BYTE_ORDER_MARK + linesOf(report, clinics).map(csvLine).join(''), {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': `attachment; filename="waitlist-${from}-${until}.csv"`
		}
	});
}

type Cell = string | number | null;

const OPENING_COLUMNS = [
	...['times free', 'times filled', 'minutes free', 'minutes filled', 'share of minutes filled']
];

function linesOf(report: WaitlistReport, clinics: ClinicChoice[]): Cell[][] {
	const nameOf = (id: string) => clinics.find((clinic) => clinic.id === id)?.name;
	const head: Cell[] = [
		...[
			'from',
			'until',
			'by',
			'group',
			...COUNTED.map((what) => COUNTED_WORDS[what].toLowerCase())
		],
		...['median minutes until accepted', '90% accepted within minutes'],
		...['who got a time', 'median days waited', 'Gini of waiting'],
		...['who still wait', 'median days so far', 'Gini of waiting so far'],
		...OPENING_COLUMNS
	];
	const line = (
		period: ReportPeriod,
		grouping: Grouping,
		key: string,
		figures: GroupFigures,
		openings: OpeningFigures | undefined
	): Cell[] => [
		...[period.from, period.until, grouping, groupWords(grouping, key, nameOf)],
		...COUNTED.map((what) => figures[what]),
		...[figures.medianMinutes, figures.p90Minutes],
		...[figures.got, figures.still].flatMap(({ count, medianDays, gini }) => [
			...[count, medianDays, gini]
		]),
		...(openings
			? [
					...[openings.count, openings.filled, openings.freedMinutes, openings.filledMinutes],
					shareOf(openings.filledMinutes, openings.freedMinutes)
				]
			: OPENING_COLUMNS.map(() => null))
	];
	const openingsOf = (grouping: Grouping, key: string, which: 'now' | 'before') =>
		grouping === 'all'
			? report.openings[which]
			: grouping === 'clinic'
				? report.openingsByClinic.find(({ clinicId }) => clinicId === key)?.[which]
				: undefined;
	return [
		head,
		...GROUPINGS.flatMap((grouping) =>
			(grouping === 'all' ? report.groups.all : groupsWithAny(report.groups[grouping])).flatMap(
				({ key, now, before }) => [
					line(report.period, grouping, key, now, openingsOf(grouping, key, 'now')),
					line(report.before, grouping, key, before, openingsOf(grouping, key, 'before'))
				]
			)
		)
	];
}
