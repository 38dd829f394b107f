/** Mouse and finger on a doctor's own day: each clinic's column as on a board, and blocks by their lower edge. */
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { DragController } from '#web/lib/board/drag.svelte.ts';
import { snap } from '#web/lib/board/layout.ts';
import { boardPointer, type PointerOptions } from '#web/lib/board/pointer.ts';
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import type { BlockHold } from './block-hold.svelte.ts';
import type { DayGround } from './grounds.ts';

export interface DayPointerOptions {
	/** One for each column, in their order. */
	stores: readonly BoardStore[];
	drags: readonly DragController[];
	grounds(): readonly DayGround[];
	hold: BlockHold;
	geometry: PointerOptions['geometry'];
	/** @returns what lies at that height of the window, epoch milliseconds */
	instantAt(clientY: number): number;
	/** Free ground was drawn on. */
	onDrawn(store: BoardStore, time: { startsAt: number; durationMinutes: number }): void;
}

/** @returns which clinic's column something is in; -1: none */
export const columnOf = (target: EventTarget | null) =>
	Number((target as HTMLElement).closest<HTMLElement>('[data-clinic]')?.dataset.clinic ?? -1);

/** @returns the handlers of the day's scroller */
export function dayPointer(options: DayPointerOptions) {
	const { stores, drags, grounds, hold, geometry, instantAt, onDrawn } = options;
	const pointers = stores.map((store, i) =>
		boardPointer({
			...{ store, geometry, drag: drags[i]! },
			findVisit: (id) => store.visits.find((visit) => visit.id === id),
			onDrawn: (_, startsAt, durationMinutes) => onDrawn(store, { startsAt, durationMinutes })
		})
	);
	/** Whether a block was drawn longer or shorter: the click that follows opens nothing. */
	let grip = false;

	function down(event: PointerEvent) {
		grip = false;
		const at = columnOf(event.target);
		const id = (event.target as HTMLElement).closest<HTMLElement>('[data-block-grip]')?.dataset
			.blockGrip;
		const ground = grounds()[at];
		if (!ground) return;
		const block = id === undefined ? undefined : ground.blocks.get(id);
		if (!block || id === undefined) {
			pointers[at]!.down(event);
			return;
		}
		grip = hold.lift(ground.store, { ...block, id }, 'pointer');
		if (grip) geometry.scroller()?.setPointerCapture(event.pointerId);
	}

	function move(event: PointerEvent) {
		const { state } = hold;
		if (state?.by === 'pointer') {
			const minutes = (snap(instantAt(event.clientY)) - state.startsAt) / MINUTE_MS;
			hold.aim(state.startsAt, minutes);
		} else for (const pointer of pointers) pointer.move(event);
	}

	function up(event: PointerEvent) {
		if (hold.state?.by === 'pointer') {
			hold.drop();
			// A mouse clicks now, a finger does not: the next click is another one.
			setTimeout(() => (grip = false));
		} else for (const pointer of pointers) pointer.up(event);
	}

	function cancel() {
		if (hold.state?.by === 'pointer') hold.cancel();
		for (const pointer of pointers) pointer.cancel();
	}

	const click = (event: MouseEvent) => pointers[columnOf(event.target)]?.click(event);
	const contextmenu = (event: MouseEvent) => pointers[columnOf(event.target)]?.contextmenu(event);

	/** A finger that draws does not scroll; Svelte's passive listeners cannot say so. */
	function active(node: HTMLElement) {
		const ontouchmove = (event: TouchEvent) => {
			const isDrawing = pointers.some(({ drawing }) => drawing.current !== null);
			const isDragging = drags.some(({ state }) => state?.by === 'pointer');
			if (isDrawing || isDragging || hold.state?.by === 'pointer') event.preventDefault();
		};
		// Whoever drew a block longer has not opened it.
		const onclick = (event: MouseEvent) => {
			if (grip) event.stopPropagation();
			grip = false;
		};
		node.addEventListener('touchmove', ontouchmove, { passive: false });
		node.addEventListener('click', onclick, { capture: true });
		return () => {
			node.removeEventListener('touchmove', ontouchmove);
			node.removeEventListener('click', onclick, { capture: true });
		};
	}

	const drawings = pointers.map(({ drawing }) => drawing);
	return { down, move, up, cancel, click, contextmenu, active, drawings };
}
