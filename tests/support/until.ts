/** Waiting for something to become true, instead of for a time to pass. */
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/**
 * @param probe asked again and again; a throw counts as 'not yet'
 * @param what named in the error when the limit passes
 * @returns the first truthy answer
 */
export async function until<T>(
	probe: () => T | Promise<T>,
	what: string,
	limitMs = 20_000
): Promise<NonNullable<T>> {
	const limit = Date.now() + limitMs;
	let last: unknown;
	for (;;) {
		try {
			const answer = await probe();
			if (answer) return answer;
			last = undefined;
		} catch (fault) {
			last = fault;
		}
		if (Date.now() > limit) throw new Error(`not within ${limitMs} ms: ${what}`, { cause: last });
		await delay(POLL_MS);
	}
}
