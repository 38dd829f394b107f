/** @returns how long it is until an instant (epoch milliseconds), in words, never less than it is */
export function waitWords(until: number, now: number = Date.now()): string {
	const minutes = Math.ceil((until - now) / 60_000);
	return minutes <= 1 ? 'a minute' : `${minutes} minutes`;
}
