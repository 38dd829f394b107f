/** Blocked time in hand: a new one by keyboard, or one that is there and gets another time or length. One at a time. */
import { GRID_MINUTES, MIN_DURATION_MINUTES } from '#domain/scheduling/appointment.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import { changeBlock } from '#web/lib/board/change-block.ts';
import type { ShownBlock } from '#web/lib/board/shown-blocks.ts';

/** What a new block is long at first. */
const NEW_MINUTES = 15;

export interface HeldBlock {
	store: BoardStore;
	/** `null`: a new one. */
	block: (ShownBlock & { id: string }) | null;
	by: 'pointer' | 'keyboard';
	startsAt: number;
	durationMinutes: number;
}

export class BlockHold {
	state = $state.raw<HeldBlock | null>(null);
	/** Said to screen readers. */
	announcement = $state('');

	/** A new block, wherever it goes from here. */
	begin(store: BoardStore, startsAt: number): void {
		const time = { startsAt, durationMinutes: NEW_MINUTES };
		this.state = { store, block: null, by: 'keyboard', ...time };
		this.announcement =
			'New block. Arrow keys move it, with Shift they change its length, Enter goes on, Escape leaves it.';
	}

	/** One that is there. @returns whether it can be changed */
	lift(store: BoardStore, block: ShownBlock & { id: string }, by: HeldBlock['by']): boolean {
		if (block.pending || !store.options.can.block || !store.isTheirs(block.resourceId))
			return false;
		const { startsAt, durationMinutes } = block;
		this.state = { store, block, by, startsAt, durationMinutes };
		if (by === 'keyboard') {
			this.announcement =
				'Lifted. Arrow keys move it, with Shift they change its length, Enter drops it, Escape puts it back.';
		}
		return true;
	}

	/** @param steps of the grid: earlier or later, shorter or longer */
	step(steps: { time?: number; length?: number }): void {
		const { state } = this;
		if (!state) return;
		const { time = 0, length = 0 } = steps;
		this.aim(
			state.startsAt + time * GRID_MINUTES * MINUTE_MS,
			state.durationMinutes + length * GRID_MINUTES
		);
	}

	aim(startsAt: number, durationMinutes: number): void {
		const { state } = this;
		if (!state) return;
		const minutes = Math.max(MIN_DURATION_MINUTES, durationMinutes);
		if (state.startsAt === startsAt && state.durationMinutes === minutes) return;
		this.state = { ...state, startsAt, durationMinutes: minutes };
	}

	/** Lets go. What was there is asked for anew; @returns what was held, for a new one's form */
	drop(): HeldBlock | null {
		const held = this.state;
		this.state = null;
		if (!held) return null;
		const { store, block, startsAt, durationMinutes } = held;
		if (block) changeBlock(store, block, { startsAt, durationMinutes });
		this.announcement = block ? 'Dropped, sending.' : '';
		return held;
	}

	cancel(): void {
		if (this.state?.by === 'keyboard') this.announcement = 'Put back.';
		this.state = null;
	}
}
