/**
 * What runs in a patient's browser while no page is open. Registered only by whoever chose to be told here; caches
 * nothing and answers no requests of pages.
 */
import { answerByButton, showPushed } from './notices.ts';
import { followChange } from './renewal.ts';

declare const self: ServiceWorkerGlobalScope;

// A newer one takes over at once: nothing is kept that an older page could miss.
self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

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
