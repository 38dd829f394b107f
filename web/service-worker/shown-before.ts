/** Which messages this browser has shown: one that comes twice reaches nobody twice. */
const STORE = 'dayboard-push';
const PLACE = '/push-shown';
/** More than ever wait for a browser at once. */
const KEPT = 50;

/** Pushes that come together are looked at one after another. */
let before: Promise<unknown> = Promise.resolve();

/** @returns whether a message was not shown yet; from now on it was */
export function isFirst(id: string): Promise<boolean> {
	const answer = before.then(() => look(id));
	// A store that cannot be had keeps no message from being shown.
	const sure = answer.catch(() => true);
	before = sure;
	return sure;
}

async function look(id: string): Promise<boolean> {
	const store = await caches.open(STORE);
	const stored = await store.match(PLACE);
	const ids = stored ? ((await stored.json()) as string[]) : [];
	if (ids.includes(id)) return false;
	await store.put(PLACE, new Response(JSON.stringify([...ids, id].slice(-KEPT))));
	return true;
}
