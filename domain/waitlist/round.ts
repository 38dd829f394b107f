/** Who of those whom a time suits is asked in one round. Pure. */
import type { OfferedTime } from './offer.ts';
import type { Match } from './suits.ts';

/**
 * @param leavesAt when a message about a service may leave (epoch milliseconds); `null`: no rule tells it
 * @returns whom a rule lets us write to now, and when the first quiet hours end that keep the others out
 */
export function byRule(
	matches: readonly Match[],
	leavesAt: (serviceId: string) => number | null,
	now: number
): { askable: Match[]; quietUntil: number | null } {
	const askable: Match[] = [];
	let quietUntil: number | null = null;
	for (const match of matches) {
		const at = leavesAt(match.time.serviceId);
		if (at === null) continue;
		if (at <= now) askable.push(match);
		else quietUntil = Math.min(quietUntil ?? Infinity, at);
	}
	return { askable, quietUntil };
}

/**
 * @param matches at least one, the best first
 * @param needsApproval whether reception lets an offer to this one go out first
 * @returns the best, and those after it who would have the same time, as many as are asked at once; whoever is
 *   proposed to reception (`isProposed`) is alone
 */
export function roundOf(
	matches: readonly Match[],
	needsApproval: (match: Match) => boolean,
	size: number
): { matches: Match[]; isProposed: boolean } {
	const [best] = matches as [Match];
	if (needsApproval(best)) return { matches: [best], isProposed: true };
	const same = matches.filter((one) => isSameTime(one.time, best.time) && !needsApproval(one));
	// One patient may wait for several services.
	const each = new Map(same.toReversed().map((one) => [one.patientId, one]));
	return {
		matches: same.filter((one) => each.get(one.patientId) === one).slice(0, size),
		isProposed: false
	};
}

function isSameTime(a: OfferedTime, b: OfferedTime): boolean {
	return (
		a.practitionerId === b.practitionerId &&
		a.roomId === b.roomId &&
		a.serviceId === b.serviceId &&
		a.startsAt === b.startsAt &&
		a.durationMinutes === b.durationMinutes
	);
}
