/** Looking again, without a socket, at how many tasks wait. */

export interface OpenTasks {
	open: number;
	/** Is another one as soon as any of them changed. */
	version: string;
}

const EVERY_MS = 30_000;

/**
 * Asks every half minute while the page is seen, and as soon as it is seen again; a server that does not answer is
 * asked again later.
 * @returns how to stop
 */
export function watchOpenTasks(onAnswer: (found: OpenTasks) => void): () => void {
	let isStopped = false;
	const ask = async () => {
		if (document.visibilityState !== 'visible') return;
		const found = await fetch('/tasks/open')
			.then((answer) => (answer.ok ? (answer.json() as Promise<OpenTasks>) : null))
			.catch(() => null);
		if (found && !isStopped) onAnswer(found);
	};
	const timer = setInterval(() => void ask(), EVERY_MS);
	const look = () => void ask();
	document.addEventListener('visibilitychange', look);
	window.addEventListener('focus', look);
	return () => {
		isStopped = true;
		clearInterval(timer);
		document.removeEventListener('visibilitychange', look);
		window.removeEventListener('focus', look);
	};
}
