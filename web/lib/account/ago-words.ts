/** How long ago something was, as people say it. */

const MINUTE_MS = 60_000;

/** @param elapsedMs less than a minute, or a clock that is behind, is just now */
export function agoWords(elapsedMs: number): string {
	const minutes = Math.floor(elapsedMs / MINUTE_MS);
	if (minutes < 2) return 'just now';
	if (minutes < 60) return `${minutes} minutes ago`;
	const hours = Math.floor(minutes / 60);
	if (hours < 24) return hours === 1 ? 'an hour ago' : `${hours} hours ago`;
	const days = Math.floor(hours / 24);
	return days === 1 ? 'yesterday' : `${days} days ago`;
}
