/** When somebody is there again, by the week's opening hours. */
import { instantAt, localDateOf, weekdayOf } from '../availability/local-day.ts';
import type { SiteClinic } from './site.ts';

const DAYS_AHEAD = 7;

/**
 * @param now epoch milliseconds
 * @returns `now` when a clinic is open, else when it opens next (epoch milliseconds); `null`: it never does
 */
export function nextOpening(
	{ opening, zone }: Pick<SiteClinic, 'opening' | 'zone'>,
	now: number
): number | null {
	const today = Temporal.PlainDate.from(localDateOf(now, zone));
	// From yesterday: a stretch may end after midnight.
	for (let ahead = -1; ahead <= DAYS_AHEAD; ahead++) {
		const date = today.add({ days: ahead }).toString();
		for (const [from, until] of opening[weekdayOf(date) - 1] ?? []) {
			if (now < instantAt(date, until, zone)) return Math.max(now, instantAt(date, from, zone));
		}
	}
	return null;
}
