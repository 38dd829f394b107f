/**
 * When this person looked at a board last, and what changed since. Kept in this browser: it is about what was seen on
 * this screen. It goes when somebody signs out.
 */
import type { AppointmentRow } from '#domain/board/documents.ts';
import { LOOKED_PREFIX } from '#web/lib/sync/device.ts';
import { changesSince, lookAt, type Change, type Look } from './looked.ts';

/** Boards of which it is known what was seen. */
const MOST_BOARDS = 12;

export class Looked {
	/** Until they are put away. */
	changes = $state.raw<readonly Change[]>([]);
	since = $state(0);
	readonly ids: ReadonlySet<string> = $derived(new Set(this.changes.map(({ id }) => id)));

	private readonly key: string;
	private readonly rows: ReadonlyMap<string, AppointmentRow>;
	/** What to compare with at the next chance. */
	private last: Look | null;
	private isWhole = false;
	private readonly onVisible = () => {
		if (document.visibilityState === 'hidden') this.leave();
		else this.look();
	};
	private readonly onHide = () => this.leave();

	/** @param rows the board's, as they change */
	constructor(
		{ userId, clinicId, date }: { userId: string; clinicId: string; date: string },
		rows: ReadonlyMap<string, AppointmentRow>
	) {
		this.key = `${LOOKED_PREFIX}${userId}/${clinicId}/${date}`;
		this.rows = rows;
		this.last = stored(this.key);
		document.addEventListener('visibilitychange', this.onVisible);
		window.addEventListener('pagehide', this.onHide);
	}

	/** The board's rows arrived whole: after it was opened, and after each time that the line came back. */
	whole(): void {
		this.isWhole = true;
		if (document.visibilityState === 'visible') this.look();
	}

	putAway(): void {
		this.changes = [];
	}

	destroy(): void {
		this.leave();
		document.removeEventListener('visibilitychange', this.onVisible);
		window.removeEventListener('pagehide', this.onHide);
	}

	private look(): void {
		const { last } = this;
		if (!this.isWhole || !last) return;
		this.last = null;
		const changes = changesSince(last, this.rows);
		if (changes.length === 0) return;
		this.since = last.at;
		this.changes = changes;
	}

	private leave(): void {
		// What was not put away is not seen yet.
		if (!this.isWhole || this.changes.length > 0) return;
		this.last = lookAt(this.rows, Date.now());
		keep(this.key, this.last);
	}
}

function stored(key: string): Look | null {
	try {
		return JSON.parse(localStorage.getItem(key) ?? 'null') as Look | null;
	} catch {
		return null;
	}
}

function keep(key: string, look: Look): void {
	const others = Object.keys(localStorage)
		.filter((other) => other.startsWith(LOOKED_PREFIX) && other !== key)
		.sort((a, b) => (stored(b)?.at ?? 0) - (stored(a)?.at ?? 0));
	for (const old of others.slice(MOST_BOARDS - 1)) localStorage.removeItem(old);
	try {
		localStorage.setItem(key, JSON.stringify(look));
	} catch {
		// A full store: nothing is marked next time.
	}
}
