/** The list of those who wait, as a screen shows it: read anew when something changed, and every so often. */
import type { WaitingPage, WaitingPerson, WaitingQuery } from '#domain/waitlist/panel.ts';
import { ask } from './ask.ts';

export type WaitingFilter = Partial<
	Pick<WaitingQuery, 'clinicId' | 'serviceId' | 'urgency' | 'age'>
> &
	Pick<WaitingQuery, 'text' | 'order'>;

/** Nobody tells of entries that other people add: they are looked for this often. */
const EVERY_MS = 45_000;
const TYPING_MS = 150;
const MOST = 200;

export class WaitingList {
	people = $state.raw<WaitingPerson[]>([]);
	found = $state(0);
	next = $state<string | null>(null);
	/** `reading`: for the first time, or for something else than what is shown. */
	state = $state<'reading' | 'there' | 'failed'>('reading');
	/** Why it could not be read. */
	problem = $state('');
	filter = $state<WaitingFilter>({ text: '', order: 'urgency' });

	private running: AbortController | undefined;
	private timer: ReturnType<typeof setTimeout> | undefined;

	constructor(filter: Partial<WaitingFilter> = {}) {
		this.filter = { ...this.filter, ...filter };
	}

	/** Asks for something else. */
	look(changed: Partial<WaitingFilter>): void {
		this.filter = { ...this.filter, ...changed };
		clearTimeout(this.timer);
		this.timer = setTimeout(() => void this.read(), 'text' in changed ? TYPING_MS : 0);
	}

	/** Reads what is shown again; an older answer never overwrites a newer one. */
	async read(): Promise<void> {
		await this.fetch(Math.min(Math.max(this.people.length, 50), MOST));
	}

	/** Reads the next page. */
	async more(): Promise<void> {
		if (this.next !== null) await this.fetch(50, this.next);
	}

	/** Follows what others do while the screen is looked at. @returns how to stop */
	follow(): () => void {
		void this.read();
		const look = () => {
			if (document.visibilityState === 'visible') void this.read();
		};
		const clock = setInterval(look, EVERY_MS);
		document.addEventListener('visibilitychange', look);
		return () => {
			clearInterval(clock);
			clearTimeout(this.timer);
			document.removeEventListener('visibilitychange', look);
			this.running?.abort();
		};
	}

	private async fetch(limit: number, after?: string): Promise<void> {
		this.running?.abort();
		const own = (this.running = new AbortController());
		const { clinicId, serviceId, urgency, age, text, order } = this.filter;
		const answer = await ask<WaitingPage>(
			'/waitlist/search',
			'POST',
			{
				...{ text: text.trim(), order, limit },
				...(clinicId ? { clinicId } : {}),
				...(serviceId ? { serviceId } : {}),
				...(urgency ? { urgency } : {}),
				...(age ? { age } : {}),
				...(after ? { after } : {})
			},
			own.signal
		);
		if (own.signal.aborted) return;
		if (!answer.ok) {
			this.problem = answer.message;
			this.state = 'failed';
			return;
		}
		const { people, found, next } = answer.value;
		this.people = after ? [...this.people, ...people] : people;
		this.found = found;
		this.next = next;
		this.state = 'there';
		this.problem = '';
	}
}
