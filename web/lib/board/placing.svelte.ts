/** Somebody from the waitlist on the way to a free time: which times are lit, where they are held, what is asked. */
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { SuitableTime } from '#domain/waitlist/panel.ts';

/** Whom a time is looked for. */
export interface ChosenEntry {
	id: string;
	name: string;
	serviceId: string;
	durationMinutes: number;
}

export interface HeldEntry {
	columnId: string;
	/** Where the pointer is, epoch milliseconds. */
	instant: number;
	/** The lit time below it; `null`: there is none. */
	over: SuitableTime | null;
}

/** So long a time is lit for itself, however long the visit is. */
const LIT_MS = 15 * MINUTE_MS;
/** A pointer beside a lit time by less than this means it. */
const NEAR_MS = 8 * MINUTE_MS;

export class Placing {
	chosen = $state.raw<ChosenEntry | null>(null);
	/** Free times of this day that suit whoever is chosen: what is lit. */
	times = $state.raw<SuitableTime[]>([]);
	held = $state.raw<HeldEntry | null>(null);
	/** A lit time was met: how it is given waits for an answer. */
	asked = $state.raw<{ entry: ChosenEntry; time: SuitableTime } | null>(null);

	private readonly columnOf: (time: SuitableTime) => string;

	/** @param columnOf in which column of the board a time lies, as its columns stand now */
	constructor(columnOf: (time: SuitableTime) => string) {
		this.columnOf = columnOf;
	}

	/** @returns the lit times of a column, the earliest first; two doctors' in one room are the first one's */
	litIn(columnId: string): SuitableTime[] {
		const own = this.times.filter((time) => this.columnOf(time) === columnId);
		const byStart = new Map(own.toReversed().map((time) => [time.startsAt, time]));
		return [...byStart.values()].sort((a, b) => a.startsAt - b.startsAt);
	}

	choose(entry: ChosenEntry | null): void {
		if (this.chosen?.id !== entry?.id) this.times = [];
		this.chosen = entry;
		if (entry === null) this.held = null;
	}

	/** The pointer holds whoever is chosen there. */
	aim(columnId: string, instant: number): void {
		const beside = ({ startsAt }: SuitableTime) =>
			Math.max(0, startsAt - instant, instant - startsAt - LIT_MS + 1);
		const over = this.litIn(columnId)
			.filter((time) => beside(time) < NEAR_MS)
			.sort((a, b) => beside(a) - beside(b) || b.startsAt - a.startsAt)[0];
		this.held = { columnId, instant, over: over ?? null };
	}

	/** Lets go of whoever is held: over a lit time it is asked how it is given. */
	drop(): void {
		const over = this.held?.over;
		this.held = null;
		if (over) this.ask(over);
	}

	putBack(): void {
		this.held = null;
	}

	ask(time: SuitableTime, entry: ChosenEntry | null = this.chosen): void {
		if (entry) this.asked = { entry, time };
	}
}
