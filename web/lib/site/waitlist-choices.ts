/** What the waitlist's form lets patients choose from. */

/** When on a day: minutes after midnight. */
export const DAY_PARTS = {
	any: [0, 1_440],
	morning: [0, 720],
	afternoon: [720, 1_020],
	evening: [1_020, 1_440]
} as const;
export type DayPart = keyof typeof DAY_PARTS;

/** How long before a time somebody has to know of it: minutes. */
export const NOTICES = [30, 120, 1_440, 2_880] as const;
