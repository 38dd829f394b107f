/**
 * What runs in a browser beside its pages. Patients have it once they chose to be told here: it shows what is pushed.
 * Staff have it from their board: it opens that board without a line.
 */
import { KEEP_SHELL } from '../lib/sync/shell-message.ts';
import { answerRequest, dropOldShells, keepShell, renewShell } from './board-shell.ts';
import { answerByButton, showPushed } from './notices.ts';
import { followChange } from './renewal.ts';

declare const self: ServiceWorkerGlobalScope;

// A newer one takes over at once: an older page has all that it needs from the network as well.
self.addEventListener('install', (event) => {
	event.waitUntil(renewShell());
	void self.skipWaiting();
});
self.addEventListener('activate', (event) => {
	event.waitUntil(Promise.all([self.clients.claim(), dropOldShells()]));
});

self.addEventListener('fetch', (event) => {
	const answer = answerRequest(event.request);
	if (answer) event.respondWith(answer);
});

self.addEventListener('message', (event) => {
	const [port] = event.ports;
	if (event.data !== KEEP_SHELL || !port) return;
	event.waitUntil(keepShell().then((isKept) => port.postMessage(isKept)));
});

self.addEventListener('push', (event) => {
	event.waitUntil(showPushed(self.registration, event.data?.text() ?? ''));
});

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	event.waitUntil(answerByButton(self, event.notification, event.action));
});

// Not among the events that TypeScript knows: its two fields are missing in some browsers, too.
self.addEventListener('pushsubscriptionchange', (event) => {
	const changed = event as ExtendableEvent & { newSubscription?: PushSubscription | null };
	changed.waitUntil(followChange(self.registration, changed.newSubscription ?? null));
});
