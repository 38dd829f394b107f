/** How wrong passwords slow down whoever types them. Pure: the counts are kept in the database (commands/sign-in.ts). */

/** What is known of the attempts on one account or from one address; instants are epoch milliseconds. */
export interface Attempts {
	/** Since the last success. */
	failures: number;
	lastAt: number;
	/** `null`: not locked. */
	lockedUntil: number | null;
}

export interface LockoutRule {
	/** So many wrong passwords cost nothing. */
	free: number;
	/** The lock after the first one too many; each further one doubles it. */
	firstLockMs: number;
	longestLockMs: number;
}

const MINUTE_MS = 60_000;

export const ACCOUNT_RULE: LockoutRule = {
	...{ free: 10, firstLockMs: MINUTE_MS, longestLockMs: 60 * MINUTE_MS }
};

/** A clinic's whole staff may sit behind one address, and some of them mistype in the morning. */
export const ADDRESS_RULE: LockoutRule = {
	...{ free: 60, firstLockMs: MINUTE_MS, longestLockMs: 15 * MINUTE_MS }
};

/** Nobody's mailbox is filled by strangers who ask for links. */
export const RESET_ACCOUNT_RULE: LockoutRule = {
	...{ free: 4, firstLockMs: 10 * MINUTE_MS, longestLockMs: 60 * MINUTE_MS }
};

export const RESET_ADDRESS_RULE: LockoutRule = {
	...{ free: 30, firstLockMs: 10 * MINUTE_MS, longestLockMs: 60 * MINUTE_MS }
};

/** After a day without any attempt nobody is under suspicion any more. */
const FORGOTTEN_AFTER_MS = 24 * 60 * MINUTE_MS;

/**
 * Counts an attempt before its password is looked at, so that many at once get no more tries than one after another.
 * @param known `null`: the first
 * @param now epoch milliseconds
 * @returns until when it is locked, without having been counted, or the attempts with this one as if it had failed
 */
export function countAttempt(
	known: Attempts | null,
	rule: LockoutRule,
	now: number
): { lockedUntil: number } | { attempts: Attempts } {
	const until = known?.lockedUntil ?? 0;
	if (until > now) return { lockedUntil: until };
	const isForgotten = known === null || now - known.lastAt > FORGOTTEN_AFTER_MS;
	const failures = (isForgotten ? 0 : known.failures) + 1;
	const tooMany = failures - rule.free;
	const lockMs = Math.min(rule.firstLockMs * 2 ** Math.max(0, tooMany), rule.longestLockMs);
	return {
		attempts: { failures, lastAt: now, lockedUntil: tooMany < 0 ? null : now + lockMs }
	};
}
