import { describe, expect, it } from 'vitest';
import { countAttempt, type Attempts, type LockoutRule } from '#domain/access/lockout.ts';

const RULE: LockoutRule = { free: 3, firstLockMs: 60_000, longestLockMs: 300_000 };
const NOW = 1_000_000_000;
const known = (failures: number, lockedUntil: number | null = null, lastAt = NOW): Attempts => ({
	...{ failures, lastAt, lockedUntil }
});

describe('a wrong password', () => {
	it.each<[string, Attempts | null, ReturnType<typeof countAttempt>]>([
		['is the first', null, { attempts: known(1) }],
		['costs nothing at first', known(1), { attempts: known(2) }],
		['locks when it is one too many', known(2), { attempts: known(3, NOW + 60_000) }],
		['locks for twice as long', known(3, NOW - 1), { attempts: known(4, NOW + 120_000) }],
		['and so on', known(4, NOW), { attempts: known(5, NOW + 240_000) }],
		['to a limit', known(60, NOW), { attempts: known(61, NOW + 300_000) }],
		['is not even counted while it is locked', known(3, NOW + 1), { lockedUntil: NOW + 1 }],
		['is forgotten after a day', known(60, null, NOW - 86_400_001), { attempts: known(1) }]
	])('%s', (_, before, after) => {
		expect(countAttempt(before, RULE, NOW)).toEqual(after);
	});
});
