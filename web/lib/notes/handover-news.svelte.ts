/** Whether somebody wrote in a day's handover notes since this person looked at them, in this browser. */
import type { HandoverNews as News } from '#domain/notes/handover-news.ts';
import { NOTED_PREFIX } from '#web/lib/sync/device.ts';

const EVERY_MS = 30_000;
/** Days of which it is known what was read. */
const MOST_DAYS = 30;

export class HandoverNews {
	private found = $state.raw<News | null>(null);
	private seen = $state(0);
	/** Whether the notes are open here. */
	private isOpen = false;
	private readonly path: string;
	private readonly key: string;

	/** Something is there that was not read. */
	readonly isNew = $derived(
		this.found !== null && this.found.revision > this.seen && !this.found.isOwn
	);
	/** Something is written at all. */
	readonly isWritten = $derived((this.found?.revision ?? 0) > 0);

	constructor({ userId, clinicId, date }: { userId: string; clinicId: string; date: string }) {
		this.path = `/board/${clinicId}/${date}/handover`;
		this.key = `${NOTED_PREFIX}${userId}/${clinicId}/${date}`;
		this.seen = Number(localStorage.getItem(this.key) ?? 0) || 0;
	}

	/** Asks now, every half minute while the page is seen, and as soon as it is seen again. @returns how to stop */
	watch(): () => void {
		const look = () => void this.ask();
		const timer = setInterval(look, EVERY_MS);
		document.addEventListener('visibilitychange', look);
		window.addEventListener('focus', look);
		look();
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', look);
			window.removeEventListener('focus', look);
		};
	}

	/** The notes were opened or closed here: what is in them now has been read. */
	read(isOpen: boolean): void {
		this.isOpen = isOpen;
		this.keep();
		void this.ask(true);
	}

	private async ask(isRead = this.isOpen): Promise<void> {
		if (document.visibilityState !== 'visible') return;
		const found = await fetch(this.path)
			.then((answer) => (answer.ok ? (answer.json() as Promise<News>) : null))
			.catch(() => null);
		if (!found) return;
		this.found = found;
		if (isRead || found.isOwn) this.keep();
	}

	private keep(): void {
		const { found } = this;
		if (!found || found.revision <= this.seen) return;
		this.seen = found.revision;
		const known = Object.keys(localStorage).filter((key) => key.startsWith(NOTED_PREFIX));
		// Days end the keys: the earliest are read no more.
		const day = (key: string) => key.slice(-10);
		known.sort((a, b) => (day(a) < day(b) ? 1 : -1));
		for (const old of known.slice(MOST_DAYS)) localStorage.removeItem(old);
		try {
			localStorage.setItem(this.key, String(found.revision));
		} catch {
			// A full store: it counts as new again next time.
		}
	}
}
