/** Opening hours as people and as search engines read them. */
import { clockWords } from '#domain/availability/week-plans.ts';
import type { SiteClinic, SiteLanguage } from '#domain/site/site.ts';

/** 2024 began on a Monday. */
const MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;
const SCHEMA_DAYS = [
	'Monday',
	'Tuesday',
	'Wednesday',
	'Thursday',
	'Friday',
	'Saturday',
	'Sunday'
] as const;

/** @returns the name of an ISO weekday (from 0) in a language */
export function weekdayWords(day: number, language: SiteLanguage): string {
	const format = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
	return format.format(MONDAY + day * DAY_MS);
}

/** @returns one day's hours, `08:00–18:00`; empty: closed */
export function hoursWords(stretches: SiteClinic['opening'][number]): string {
	return stretches.map(([from, until]) => `${clockWords(from)}–${clockWords(until)}`).join(', ');
}

/** @returns the week in few lines: days that follow each other with the same hours are one; empty: never open */
export function weekWords(
	opening: SiteClinic['opening'],
	language: SiteLanguage
): { days: string; hours: string }[] {
	const runs: { from: number; until: number; hours: string }[] = [];
	for (const [day, stretches] of opening.entries()) {
		const hours = hoursWords(stretches);
		const last = runs.at(-1);
		if (last?.hours === hours) last.until = day;
		else runs.push({ from: day, until: day, hours });
	}
	return runs
		.filter(({ hours }) => hours !== '')
		.map(({ from, until, hours }) => {
			const [first, last] = [weekdayWords(from, language), weekdayWords(until, language)];
			return { days: from === until ? first : `${first} – ${last}`, hours };
		});
}

/** @returns the week as schema.org has it */
export function openingSpecification(opening: SiteClinic['opening']): object[] {
	return opening.flatMap((stretches, day) =>
		stretches.map(([from, until]) => ({
			'@type': 'OpeningHoursSpecification',
			dayOfWeek: `https://schema.org/${SCHEMA_DAYS[day]}`,
			opens: clockWords(from),
			closes: clockWords(until)
		}))
	);
}
