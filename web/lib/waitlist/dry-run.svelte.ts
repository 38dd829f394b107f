/** What other weights would have changed in the last month: worked out week by week, so that one sees it go on. */
import { deserialize } from '$app/forms';
import type { Weights } from '#domain/waitlist/score.ts';
import type { DryRunChange, DryRunSlice } from '#domain/waitlist/dry-run.ts';

/** Days that are asked for at once. */
const SLICE_DAYS = 3;

export class DryRun {
	state = $state<'idle' | 'working' | 'done' | 'failed'>('idle');
	/** Days that are worked out, and all. */
	done = $state(0);
	days = $state(0);
	/** Times that became free in the days worked out. */
	times = $state(0);
	/** Of those: what would have gone to somebody else, the newest first. */
	changes = $state.raw<DryRunChange[]>([]);
	/** Times of the days worked out that were too many. */
	leftOut = $state(0);
	/** Why it cannot be worked out. */
	told = $state('');
	private running: AbortController | undefined;

	/** Begins anew; what is under way is given up. */
	async run(weights: Weights, { from, until }: { from: string; until: string }): Promise<void> {
		this.stop();
		const running = (this.running = new AbortController());
		Object.assign(this, { state: 'working', done: 0, times: 0, changes: [], leftOut: 0, told: '' });
		const first = Temporal.PlainDate.from(from);
		this.days = first.until(until, { largestUnit: 'days' }).days + 1;
		// The newest days first: they are remembered best.
		for (let end = this.days; end > 0; end -= SLICE_DAYS) {
			const start = Math.max(0, end - SLICE_DAYS);
			const slice = await this.ask(
				{
					...{ weights, from: first.add({ days: start }).toString() },
					until: first.add({ days: end - 1 }).toString()
				},
				running.signal
			);
			if (running.signal.aborted) return;
			if (slice === null) {
				this.state = 'failed';
				return;
			}
			this.times += slice.times;
			this.changes = [...this.changes, ...slice.changes];
			this.leftOut += slice.leftOut;
			this.done = this.days - start;
		}
		this.state = 'done';
	}

	/** Gives up what is under way, and shows nothing. */
	stop(): void {
		this.running?.abort();
		this.state = 'idle';
	}

	private async ask(input: object, signal: AbortSignal): Promise<DryRunSlice | null> {
		const body = new FormData();
		body.set('input', JSON.stringify(input));
		try {
			const response = await fetch('?/dryRun', { method: 'POST', body, signal });
			const result = deserialize(await response.text());
			if (result.type === 'success') return (result.data as { value: DryRunSlice }).value;
			this.told =
				result.type === 'failure'
					? String((result.data as { message: string }).message)
					: 'This could not be worked out. Please try again.';
		} catch {
			this.told = 'Dayboard cannot be reached. Please try again when the line is back.';
		}
		return null;
	}
}
