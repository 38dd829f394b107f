/** When a message is tried again that could not be sent. Pure. */

/** Tries by one way before the next one's turn. */
export const TRIES_BY_WAY = 4;
const FIRST_MS = 30_000;
const GROWTH = 4;
const LONGEST_MS = 3_600_000;
/** Share by which delays differ, so that what failed together does not come back together. */
const JITTER = 0.25;

/**
 * @param tries made by this way so far, from 1
 * @param random from 0 to 1
 * @param askedMs what the provider asked for
 * @returns milliseconds to wait
 */
export function retryDelay(tries: number, random: number, askedMs = 0): number {
	const grown = Math.min(LONGEST_MS, FIRST_MS * GROWTH ** (tries - 1));
	const spread = grown * (1 + JITTER * (2 * random - 1));
	return Math.round(Math.max(spread, Math.min(askedMs, LONGEST_MS)));
}
