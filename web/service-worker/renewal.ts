/** A push service gives a browser a new address now and then: every site that knows the old one is told. */
import { recallPush, rememberPush, told } from '../lib/site/push-memory.ts';

/** @param given the new subscription where the browser made one; `null`: one is made here */
export async function followChange(
	registration: ServiceWorkerRegistration,
	given: PushSubscription | null
): Promise<void> {
	const memory = await recallPush();
	if (!memory) return;
	const { endpoint, auth, publicKey, sites } = memory;
	const anew =
		given ??
		(await registration.pushManager.subscribe({
			userVisibleOnly: true,
			applicationServerKey: publicKey
		}));
	const subscription = told(anew);
	if (!subscription) return;
	for (const site of sites) {
		await fetch(`${site}/push`, {
			...{ method: 'POST', credentials: 'omit' },
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ old: { endpoint, auth }, subscription })
		});
	}
	// Only now: a site that could not be told is told by whoever opens it and chooses push again.
	await rememberPush(
		{ endpoint: subscription.endpoint, auth: subscription.keys.auth, publicKey },
		sites
	);
}
