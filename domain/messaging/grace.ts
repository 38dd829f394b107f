/** How long after a change it is told: time to put a slip right, or to undo it. Pure. */

/** Minutes, unless the organization says otherwise. */
export const GRACE_MINUTES = 2;

/** What may be chosen. */
export const GRACE_RANGE = { least: 0, most: 60 } as const;

/** @returns minutes, of what an organization chose and its settings hold */
export function graceMinutesOf(settings: { messages?: { graceMinutes?: number } }): number {
	return settings.messages?.graceMinutes ?? GRACE_MINUTES;
}
