/** Times as they go out. */
import type { Confirmer } from '#domain/scheduling/appointment.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';

/** @returns an instant (epoch milliseconds) as RFC 3339 in UTC, to the second. */
export function rfc3339(instant: number): string {
	return new Date(instant).toISOString().replace(/\.000Z$/, 'Z');
}

/** @returns when it was said that the patient will come, and by whom; both or neither */
export function confirmationOf(confirmedAt: number | null, confirmedBy: Confirmer | null) {
	return confirmedAt === null
		? { confirmedAt: null, confirmedBy: null }
		: { confirmedAt: rfc3339(confirmedAt), confirmedBy };
}

/** @returns when something begins and ends, in RFC 3339. */
export function timesOf(row: { startsAt: number; durationMinutes: number }) {
	return {
		startsAt: rfc3339(row.startsAt),
		endsAt: rfc3339(row.startsAt + row.durationMinutes * MINUTE_MS)
	};
}
