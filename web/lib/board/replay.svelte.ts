/** The history of one day in the browser: pages of changes, and the moment among them that is looked at. */
import { rowsBefore, type DayEvent, type DayHistory, type DayRows } from '#domain/board/replay.ts';
import type { PersonRow, PractitionerRow } from '#domain/board/documents.ts';
import type { Interval } from '#domain/scheduling/intervals.ts';
import type { BoardPast } from './board-store.svelte.ts';

/** Further back than this nobody slides. */
const MOST_EVENTS = 4_000;

export class DayReplay {
	state = $state<'reading' | 'ready' | 'failed' | 'refused'>('reading');
	/** The changes that this board shows, newest first. */
	events = $state.raw<DayEvent[]>([]);
	/** Only this person's own visits are in it. */
	isPartial = $state(false);
	/** There are earlier ones that were not read yet. */
	hasMore = $state(false);
	/** How many of the changes are taken off again; 0: the board as it is now. */
	back = $state(0);

	/** With those that visits had on other days. */
	private all: DayEvent[] = [];
	private rows: DayRows = { appointments: {}, blocks: {} };
	private doctors: DayHistory['doctors'] = {};
	private next: number | null = null;
	private readonly address: string;

	constructor(address: string) {
		this.address = address;
		void this.read();
	}

	/** The furthest that `back` goes: before the first change where that is known, else after the oldest known one. */
	get furthest(): number {
		return Math.max(0, this.events.length - (this.hasMore ? 1 : 0));
	}

	/** The change after which the board was as it is shown; `null`: it is shown as it was before all of them. */
	get shown(): DayEvent | null {
		return this.events[this.back] ?? null;
	}

	/** Reads the next page of earlier changes. */
	async read(): Promise<void> {
		this.state = 'reading';
		const query = this.next === null ? '' : `?before=${this.next}`;
		try {
			const response = await fetch(this.address + query);
			if (!response.ok) {
				this.state = response.status === 403 ? 'refused' : 'failed';
				return;
			}
			const page = (await response.json()) as DayHistory;
			if (this.next === null) this.rows = page.rows;
			this.doctors = { ...this.doctors, ...page.doctors };
			this.next = page.next;
			this.isPartial = !page.isWhole;
			this.all = [...this.all, ...page.events];
			this.events = this.all.filter(({ isHere }) => isHere);
			this.hasMore = page.next !== null && this.all.length < MOST_EVENTS;
			this.state = 'ready';
		} catch {
			this.state = 'failed';
		}
	}

	/** @param people who the patients are, as far as this person may know */
	past(day: Interval, people: ReadonlyMap<string, PersonRow>): BoardPast {
		const { shown } = this;
		// Before the first change that this board shows; what came before, an import say, is not taken off.
		const first = this.events.at(-1)?.id ?? 0;
		const since = this.all.filter(({ id }) => (shown ? id > shown.id : id >= first));
		const { appointments, blocks } = rowsBefore(this.rows, since, day);
		const visits = [...appointments].map(([id, row]) => ({
			...{ ...row, id, person: people.get(id) ?? null },
			...{ state: 'settled' as const, refusedIntentId: null }
		}));
		return { ...{ at: shown?.at ?? 0, visits, blocks }, doctors: this.doctorsOf(visits, blocks) };
	}

	/** Whoever had something at that moment. */
	private doctorsOf(
		visits: readonly { practitionerId: string }[],
		blocks: ReadonlyMap<string, { resourceId: string }>
	): Map<string, PractitionerRow> {
		const busy = new Set([
			...visits.map(({ practitionerId }) => practitionerId),
			...[...blocks.values()].map(({ resourceId }) => resourceId)
		]);
		const known = Object.entries(this.doctors).filter(([id]) => busy.has(id));
		// When they worked is not in the history, and whoever has a column today has it anyway: these come last.
		const nothing = { working: [], breaks: [], away: [], serviceIds: [], ownMinutes: {} };
		return new Map(
			known.map(([id, doctor], place) => [id, { ...doctor, ...nothing, order: 10_000 + place }])
		);
	}
}

/** @returns the doctors of a board: those who have a column today, and those who had something at a past moment */
export function doctorsOn(
	today: ReadonlyMap<string, PractitionerRow>,
	past: BoardPast | null
): ReadonlyMap<string, PractitionerRow> {
	return past === null ? today : new Map([...past.doctors, ...today]);
}
