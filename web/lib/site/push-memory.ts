/**
 * What the pages leave for the service worker, which cannot ask them: as what this browser is known, and where. Kept
 * in the browser alone, in the one store that both can read.
 */
const STORE = 'dayboard-push';
const PLACE = '/push-memory';

export interface PushMemory {
	/** The browser's address at its push service. */
	endpoint: string;
	/** Its secret, in base64url: whoever has it is this browser. */
	auth: string;
	/** The installation's key, in base64url. */
	publicKey: string;
	/** Paths of the public sites that know this browser: `/en/fellside`. */
	sites: string[];
}

/** @returns `null`: nothing was left */
export async function recallPush(): Promise<PushMemory | null> {
	const stored = await (await caches.open(STORE)).match(PLACE);
	return stored ? ((await stored.json()) as PushMemory) : null;
}

/** Adds a site to those that know this browser, under what it is called now. */
export async function rememberPush(
	now: Omit<PushMemory, 'sites'>,
	sites: readonly string[]
): Promise<void> {
	const before = await recallPush();
	const all = new Set([...(before?.sites ?? []), ...sites]);
	const memory: PushMemory = { ...now, sites: [...all] };
	await (await caches.open(STORE)).put(PLACE, new Response(JSON.stringify(memory)));
}

/** What the server is sent of a subscription. */
export interface ToldSubscription {
	endpoint: string;
	keys: { p256dh: string; auth: string };
}

/** @returns a browser's subscription as the server takes it; `null`: it lacks what messages are encrypted with */
export function told(subscription: PushSubscription): ToldSubscription | null {
	const { endpoint, keys } = subscription.toJSON();
	if (!endpoint || !keys?.p256dh || !keys.auth) return null;
	return { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}
