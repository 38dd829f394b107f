/** Whether a patient is told in this browser, and what has to happen so that they are. In browsers only. */
import { recallPush, rememberPush, told } from './push-memory.ts';

/**
 * `unknown`: nobody looked yet; `off`: can be chosen; `working`; `on`; `blocked`: the browser was told not to let us;
 * `unsupported`; `home-screen`: an iPhone can, once the page is on its home screen.
 */
export type PushStatus =
	'unknown' | 'off' | 'working' | 'on' | 'blocked' | 'unsupported' | 'home-screen';

/** Why nothing came of a press. */
export type PushNote = 'dismissed' | 'failed' | null;

export interface PushPlace {
	/** Of the installation, in base64url. */
	publicKey: string;
	/** SHA-256 of the addresses of all browsers in which the patient is told, hex. */
	hashes: readonly string[];
	/** Path that a subscription is sent to, by POST and DELETE. */
	endpoint: string;
	/** Path of the public site: `/en/fellside`. */
	site: string;
}

/** The worker is Kit's own build; it reaches all pages and changes none. */
const WORKER = '/service-worker.js';

export class PushChoice {
	status = $state<PushStatus>('unknown');
	note = $state<PushNote>(null);
	private readonly place: PushPlace;

	constructor(place: PushPlace) {
		this.place = place;
	}

	/** Finds out how things stand, without asking anybody for anything. */
	async look(): Promise<void> {
		this.status = possible();
		if (this.status !== 'off' || Notification.permission !== 'granted') return;
		const registration = await navigator.serviceWorker.getRegistration('/');
		const subscription = await registration?.pushManager.getSubscription();
		if (!subscription) return;
		const isKnown = this.place.hashes.includes(await hashOf(subscription.endpoint));
		if (isKnown) this.status = 'on';
	}

	/** The patient pressed the button: only now is the browser asked whether we may. */
	async choose(): Promise<void> {
		if (this.status === 'working') return;
		this.note = null;
		this.status = 'working';
		try {
			const permission = await Notification.requestPermission();
			if (permission !== 'granted') {
				this.status = permission === 'denied' ? 'blocked' : 'off';
				if (permission === 'default') this.note = 'dismissed';
				return;
			}
			const subscription = told(await this.subscribed());
			if (!subscription) throw new Error('a subscription without keys');
			await this.send('POST', { subscription });
			const { endpoint, keys } = subscription;
			const { publicKey, site } = this.place;
			await rememberPush({ endpoint, auth: keys.auth, publicKey }, [site]);
			this.status = 'on';
		} catch {
			this.status = 'off';
			this.note = 'failed';
		}
	}

	/**
	 * Not here any more. The browser's own subscription stays: another patient of the family, or another clinic, may
	 * be told by it.
	 */
	async leave(): Promise<void> {
		if (this.status === 'working') return;
		this.note = null;
		this.status = 'working';
		try {
			const registration = await navigator.serviceWorker.getRegistration('/');
			const subscription = await registration?.pushManager.getSubscription();
			const endpoint = subscription?.endpoint ?? (await recallPush())?.endpoint;
			if (endpoint) await this.send('DELETE', { endpointHash: await hashOf(endpoint) });
			this.status = 'off';
		} catch {
			this.status = 'on';
			this.note = 'failed';
		}
	}

	/** @returns this browser's subscription, made anew where it was made for another key than the present one */
	private async subscribed(): Promise<PushSubscription> {
		await navigator.serviceWorker.register(WORKER, { scope: '/', type: 'module' });
		const { pushManager } = await navigator.serviceWorker.ready;
		const { publicKey: applicationServerKey } = this.place;
		const before = await pushManager.getSubscription();
		if (before) {
			const key = before.options.applicationServerKey;
			if (key && base64url(new Uint8Array(key)) === applicationServerKey) return before;
			await before.unsubscribe();
		}
		return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
	}

	private async send(method: 'POST' | 'DELETE', body: unknown): Promise<void> {
		const answer = await fetch(this.place.endpoint, {
			...{ method, body: JSON.stringify(body) },
			headers: { 'content-type': 'application/json' }
		});
		if (!answer.ok) throw new Error(`answered with ${answer.status}`);
	}
}

/** What this browser can do, and was told about us. */
function possible(): PushStatus {
	const can = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
	if (can) return Notification.permission === 'denied' ? 'blocked' : 'off';
	return isAppleTouch() ? 'home-screen' : 'unsupported';
}

/** An iPad says that it is a Mac; a Mac has no touch screen. */
function isAppleTouch(): boolean {
	const { userAgent, maxTouchPoints } = navigator;
	return /iPhone|iPad/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}

async function hashOf(endpoint: string): Promise<string> {
	const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint));
	return new Uint8Array(hash).toHex();
}

function base64url(bytes: Uint8Array): string {
	return bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
}
