/** What is kept of a board, by name: its rows, and what its page got from the server. */
import { endKeeping } from './sealed-store.ts';

/** Path of a board's page: `/board/<clinicId>/<date>`. */
export const BOARD_PATH = /^\/board\/([0-9a-f-]{36})\/(\d{4}-\d{2}-\d{2})$/;

export interface BoardPlace {
	clinicId: string;
	/** `YYYY-MM-DD` */
	date: string;
}

/** The path under which a page asks for its data, as SvelteKit names it. */
const DATA_SUFFIX = '/__data.json';

export const boardPath = ({ clinicId, date }: BoardPlace) => `/board/${clinicId}/${date}`;
export const dataPath = (place: BoardPlace) => `${boardPath(place)}${DATA_SUFFIX}`;
export const rowsName = (place: BoardPlace) => `rows${boardPath(place)}`;
export const pageName = (place: BoardPlace) => `page${boardPath(place)}`;

/** @returns the board whose page, or whose page's data, has this path */
export function placeOfPath(pathname: string): (BoardPlace & { isData: boolean }) | null {
	const isData = pathname.endsWith(DATA_SUFFIX);
	const match = BOARD_PATH.exec(isData ? pathname.slice(0, -DATA_SUFFIX.length) : pathname);
	return match && { clinicId: match[1]!, date: match[2]!, isData };
}

/** What the server says to somebody whose session is over: the way to the page for signing in. */
export function isSignedOut(data: string): boolean {
	try {
		const answer = JSON.parse(data.split('\n', 1)[0]!) as { type?: unknown; location?: unknown };
		return answer.type === 'redirect' && String(answer.location).startsWith('/sign-in');
	} catch {
		return false;
	}
}

/**
 * Asks for a board page's data. Whoever turns out to be signed out loses what is kept.
 * @returns its text; `null`: there is no line, or no such page
 */
export async function askForPage(
	place: BoardPlace
): Promise<{ data: string } | 'signed-out' | null> {
	try {
		const answer = await fetch(`${dataPath(place)}?x-sveltekit-invalidated=01`);
		if (!answer.ok) return null;
		const data = await answer.text();
		if (!isSignedOut(data)) return { data };
		await endKeeping();
		return 'signed-out';
	} catch {
		return null;
	}
}
