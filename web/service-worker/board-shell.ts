/**
 * Opens boards while there is no line: the app's own files from a cache, a page without data, and the data that the
 * board kept on this device. Patients who chose push have this worker too; for them nothing is fetched ahead.
 */
import { version } from '$app/env';
import { assets, immutable } from '$app/manifest';
import type { ClinicRow } from '#domain/board/documents.ts';
import {
	boardPath,
	pageName,
	placeOfPath,
	rowsName,
	type BoardPlace
} from '../lib/sync/kept-names.ts';
import type { CopiedRows } from '../lib/sync/row-copy.ts';
import { keptFacts, recall, wipeKept } from '../lib/sync/sealed-store.ts';

const PREFIX = 'dayboard-app-';
const CACHE = `${PREFIX}${version}`;
/** A page that draws nothing by itself: where it stands, the app reads what it needs. */
const SHELL = '/app-shell';
const FILES = [...immutable, ...assets].map(({ path }) => `/${path.replace(/^\//, '')}`);
const KNOWN = new Set(FILES);
const NOT_KEPT =
	'Without a line only today and tomorrow can be opened, where they were open here before.';

/** Fetches all that a board needs to open by itself. Done once for a version. */
export async function keepShell(): Promise<boolean> {
	const cache = await caches.open(CACHE);
	if (await cache.match(SHELL)) return true;
	try {
		await cache.addAll(FILES);
		// Last: that it is there says that all of it is.
		await cache.add(new Request(SHELL, { credentials: 'omit' }));
		return true;
	} catch {
		return false;
	}
}

/** A newer version fetches its files before it takes over, where the older one had them. */
export async function renewShell(): Promise<void> {
	if ((await oldCaches()).length > 0) await keepShell();
}

/** The newer version has taken over: what the older one had goes, where the newer one has its own. */
export async function dropOldShells(): Promise<void> {
	const cache = await caches.open(CACHE);
	if (!(await cache.match(SHELL))) return;
	for (const name of await oldCaches()) await caches.delete(name);
}

/** @returns what answers a request in place of the network; `null`: the browser's own way */
export function answerRequest(request: Request): Promise<Response> | null {
	const { pathname, origin } = new URL(request.url);
	if (request.method !== 'GET' || origin !== location.origin) return null;
	if (KNOWN.has(pathname)) return fromCacheFirst(request, pathname);
	const place = placeOfPath(pathname);
	if (place?.isData) return pageData(request);
	if (request.mode !== 'navigate') return null;
	if (place) return boardPage(request);
	return pathname === '/' ? homePage(request) : null;
}

async function fromCacheFirst(request: Request, pathname: string): Promise<Response> {
	const kept = await caches.match(pathname, { cacheName: CACHE });
	return kept ?? fetch(request);
}

async function boardPage(request: Request): Promise<Response> {
	const answer = await fetch(request).catch(() => null);
	// A board's address leads nowhere else but to the page for signing in.
	if (answer?.type === 'opaqueredirect') await wipeKept().catch(() => {});
	if (answer && answer.status < 500) return answer;
	const shell = await caches.match(SHELL, { cacheName: CACHE });
	return shell ?? answer ?? Response.error();
}

async function pageData(request: Request): Promise<Response> {
	const answer = await fetch(request).catch(() => null);
	if (answer && answer.status < 500) return answer;
	const place = placeOfPath(new URL(request.url).pathname)!;
	const kept = await recall<string>(pageName(place), Date.now()).catch(() => null);
	if (kept) return new Response(kept.value, { headers: { 'content-type': 'text/sveltekit-data' } });
	if (answer) return answer;
	return Response.json({ message: NOT_KEPT }, { status: 404 });
}

/** The server knows which board is somebody's own; here it is today's of the clinic that was kept last. */
async function homePage(request: Request): Promise<Response> {
	const answer = await fetch(request).catch(() => null);
	if (answer && answer.status < 500) return answer;
	const facts = await keptFacts().catch(() => []);
	const places = facts
		.toSorted((a, b) => b.keptAt - a.keptAt)
		.flatMap(({ name }) => (name.startsWith('page') ? (placeOfPath(name.slice(4)) ?? []) : []));
	const [newest] = places;
	if (!newest) return answer ?? Response.error();
	const today = await todayAt(newest);
	const isTodays = ({ clinicId, date }: BoardPlace) =>
		clinicId === newest.clinicId && date === today;
	return Response.redirect(boardPath(places.find(isTodays) ?? newest), 302);
}

/** @returns `YYYY-MM-DD` where the clinic is: whoever looks at it may be elsewhere; by this device where no rows are kept */
async function todayAt(place: BoardPlace): Promise<string> {
	const kept = await recall<CopiedRows>(rowsName(place), Date.now()).catch(() => null);
	const clinic = kept?.value.clinic?.clinic as ClinicRow | undefined;
	return new Date().toLocaleDateString('sv', { timeZone: clinic?.zone });
}

async function oldCaches(): Promise<string[]> {
	return (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
}
