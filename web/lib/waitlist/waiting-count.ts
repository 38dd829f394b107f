/** Looking again, without a socket, at how many wait at a clinic. */
import { ask } from './ask.ts';

const EVERY_MS = 60_000;

/** Asks every minute while the page is seen. @returns how to stop */
export function watchWaiting(clinicId: string, onCount: (waiting: number) => void): () => void {
	let isStopped = false;
	const look = async () => {
		if (document.visibilityState !== 'visible') return;
		const answer = await ask<{ waiting: number }>(`/board/${clinicId}/waitlist`);
		if (answer.ok && !isStopped) onCount(answer.value.waiting);
	};
	const timer = setInterval(() => void look(), EVERY_MS);
	document.addEventListener('visibilitychange', look);
	return () => {
		isStopped = true;
		clearInterval(timer);
		document.removeEventListener('visibilitychange', look);
	};
}
