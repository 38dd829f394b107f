/** How patients sign in: codes, tries, and how long they stay. Pure. (docs/decisions/0016-patients-sign-in-by-code.md) */
import { z } from 'zod';
import type { LockoutRule } from '../access/lockout.ts';

export const CODE_DIGITS = 6;
export const CODE_MINUTES = 10;
/** Wrong codes, and afterwards wrong birth dates; then a new code has to be asked for. */
export const MAX_TRIES = 5;

const MINUTE_MS = 60_000;
export const DAY_MS = 1_440 * MINUTE_MS;

/** A session that nobody uses ends after so long, and any after the longest time. */
export const IDLE_DAYS = 30;
export const LONGEST_DAYS = 180;
/** Use is written down no more often than this. */
export const TOUCH_MS = 5 * MINUTE_MS;

/** Nobody's telephone is filled with codes by strangers. */
export const CODES_TO_CONTACT: LockoutRule = {
	...{ free: 4, firstLockMs: 10 * MINUTE_MS, longestLockMs: 60 * MINUTE_MS }
};

/** A clinic's guest network may hold a whole waiting room. */
export const CODES_FROM_ADDRESS: LockoutRule = {
	...{ free: 30, firstLockMs: 10 * MINUTE_MS, longestLockMs: 60 * MINUTE_MS }
};

/** Whoever guesses at codes has to guess slowly, however many were asked for. */
export const TRIES_FROM_ADDRESS: LockoutRule = {
	...{ free: 60, firstLockMs: MINUTE_MS, longestLockMs: 15 * MINUTE_MS }
};

/** Six digits, however people space them. */
export const codeSchema = z
	.string()
	.max(20)
	.transform((typed) => typed.replace(/[\s-]/g, ''))
	.refine((digits) => new RegExp(`^\\d{${CODE_DIGITS}}$`).test(digits));

/** @returns when a session ends that is used now (epoch milliseconds) */
export function sessionEnd(createdAt: number, now: number): number {
	return Math.min(now + IDLE_DAYS * DAY_MS, createdAt + LONGEST_DAYS * DAY_MS);
}
