/** Notifications: showing what was pushed, and doing what its buttons say without any page. */
import {
	readPayload,
	type PushAction,
	type PushPayload
} from '../../domain/messaging/push-payload.ts';
import { m } from '../lib/paraglide/messages.js';
import { isFirst } from './shown-before.ts';

/** Browsers may end a worker that takes longer. */
const ANSWER_LIMIT_MS = 20_000;
const ICON = '/icon.svg';

const BUTTONS: Record<PushAction, (lang: 'en' | 'pl') => string> = {
	confirm: (locale) => m.push_do_confirm({}, { locale }),
	accept: (locale) => m.push_do_accept({}, { locale }),
	decline: (locale) => m.push_do_decline({}, { locale })
};

/** What TypeScript's own type lacks. */
interface NoticeOptions extends NotificationOptions {
	actions?: { action: string; title: string }[];
	renotify?: boolean;
}

/**
 * Shows a pushed message. Every push has to show something, or the browser does it in words of its own: what is too
 * late is shown without its buttons.
 */
export async function showPushed(
	registration: ServiceWorkerRegistration,
	text: string
): Promise<void> {
	const payload = readPayload(text);
	if (!payload) return registration.showNotification('Dayboard', { icon: ICON, tag: 'dayboard' });
	const { title, body, lang, tag, actions, id } = payload;
	if (!(await isFirst(id))) return showBriefly(registration, payload);
	const inTime = Date.now() < payload.until;
	const options: NoticeOptions = {
		...{ body, lang, tag, icon: ICON, badge: ICON, data: payload },
		// The newer one in the place of an older is worth a look again.
		renotify: true,
		// An offer stays until it is answered.
		requireInteraction: actions.some(({ action }) => action === 'accept'),
		actions: inTime ? actions.map(({ action }) => ({ action, title: BUTTONS[action](lang) })) : []
	};
	return registration.showNotification(title, options);
}

/**
 * Whoever sent it could not tell whether it had been taken. Safari ends push for sites that show nothing, so it is
 * shown in silence in the place of the first, or for a moment where that was put away.
 */
async function showBriefly(
	registration: ServiceWorkerRegistration,
	{ title, body, lang, tag }: PushPayload
): Promise<void> {
	const shown = await registration.getNotifications({ tag });
	if (shown.length > 0) return;
	await registration.showNotification(title, { body, lang, tag, icon: ICON, silent: true });
	for (const one of await registration.getNotifications({ tag })) one.close();
}

/**
 * A button uses up its link in the background and shows what came of it; anywhere else on the notification, or where
 * that does not succeed, a page opens.
 * @param action what the button was made with; empty: not a button
 */
export async function answerByButton(
	{ registration, clients }: ServiceWorkerGlobalScope,
	{ data }: Notification,
	action: string
): Promise<void> {
	const payload = data as (PushPayload & { open: string }) | null;
	const link = payload?.actions?.find((one) => one.action === action);
	if (!payload || !link) return openPage(clients, payload?.open ?? '/');
	const said = await use(link.path, payload.lang);
	// The page of the link asks once more; it is where somebody can go on.
	const open = said?.open ?? (said === null ? link.path : payload.open);
	const options: NoticeOptions = {
		body: said?.message ?? m.push_not_sent({}, { locale: payload.lang }),
		...{ lang: payload.lang, tag: payload.tag, icon: ICON, badge: ICON, renotify: true },
		data: { ...payload, actions: [], open }
	};
	await registration.showNotification(payload.title, options);
}

/** @returns what came of it in words, and where to go on; `null`: it did not get there */
async function use(
	path: string,
	locale: 'en' | 'pl'
): Promise<{ message: string; open: string | null } | null> {
	try {
		const answer = await fetch(`${path}/answer`, {
			...{ method: 'POST', credentials: 'omit', redirect: 'manual' },
			headers: { accept: 'application/json', 'accept-language': locale },
			signal: AbortSignal.timeout(ANSWER_LIMIT_MS)
		});
		if (answer.status >= 500 || answer.status === 0 || answer.status === 429) return null;
		const { message, open } = (await answer.json()) as { message?: unknown; open?: unknown };
		return {
			message: typeof message === 'string' ? message : m.push_sent({}, { locale }),
			open: typeof open === 'string' && /^\/(?![/\\])/.test(open) ? open : null
		};
	} catch {
		return null;
	}
}

async function openPage(clients: Clients, path: string): Promise<void> {
	const url = new URL(path, location.origin).href;
	const open = await clients.matchAll({ type: 'window', includeUncontrolled: true });
	const same = open.find((client) => client.url === url);
	await (same ? same.focus() : clients.openWindow(url));
}
