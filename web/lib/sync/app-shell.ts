/** The service worker that opens boards without a line (web/service-worker/board-shell.ts), asked for by the board. */
import { dev } from '$app/env';
import { KEEP_SHELL } from './shell-message.ts';

/** Kit's own build; it reaches all pages. */
const WORKER = '/service-worker.js';

/** @returns whether this browser can open boards without a line from now on */
export async function registerShell(): Promise<boolean> {
	if (dev || !('serviceWorker' in navigator)) return false;
	try {
		await navigator.serviceWorker.register(WORKER, { scope: '/', type: 'module' });
		const { active } = await navigator.serviceWorker.ready;
		return await new Promise((resolve) => {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = ({ data }) => resolve(data === true);
			active!.postMessage(KEEP_SHELL, [port2]);
		});
	} catch {
		return false;
	}
}
