/** The keyboard on a doctor's own day: each clinic's column as on a board, and blocks in hand. */
import type { BoardStore } from '#web/lib/board/board-store.svelte.ts';
import type { DragController } from '#web/lib/board/drag.svelte.ts';
import { boardKeys } from '#web/lib/board/keyboard.ts';
import type { BlockHold, HeldBlock } from './block-hold.svelte.ts';
import { columnOf } from './day-pointer.ts';
import type { DayGround } from './grounds.ts';

export interface DayKeysOptions {
	/** One for each column, in their order. */
	stores: readonly BoardStore[];
	drags: readonly DragController[];
	grounds(): readonly DayGround[];
	hold: BlockHold;
	focusCard(id: string): Promise<void>;
	/** The block in hand has another time or length. */
	onStepped(): void;
	onDropped(held: HeldBlock | null): void;
}

/** @returns the handler of the day's scroller */
export function dayKeys(options: DayKeysOptions) {
	const { stores, drags, grounds, hold, focusCard, onStepped, onDropped } = options;
	const keys = stores.map((store, i) =>
		boardKeys({
			...{ store, drag: drags[i]!, columns: () => [grounds()[i]!.column] },
			...{ zoom: () => {}, newVisit: () => {}, focusCard }
		})
	);

	/** @returns whether it was a key for the block in hand */
	function heldKey({ key, shiftKey }: KeyboardEvent): boolean {
		const way = { ArrowUp: -1, ArrowDown: 1 }[key];
		if (way) {
			hold.step(shiftKey ? { length: way } : { time: way });
			onStepped();
			return true;
		}
		if (key === 'Escape') hold.cancel();
		else if (key === 'Enter') onDropped(hold.drop());
		else return false;
		return true;
	}

	return (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		if (hold.state?.by === 'keyboard') {
			if (heldKey(event)) {
				event.preventDefault();
				event.stopPropagation();
			}
			return;
		}
		const id = (event.target as HTMLElement).dataset.blockId;
		const at = columnOf(event.target);
		const ground = grounds()[at];
		const block = id === undefined ? undefined : ground?.blocks.get(id);
		if (block && ground && id !== undefined && event.key.toLowerCase() === 'm') {
			event.preventDefault();
			if (!hold.lift(ground.store, { ...block, id }, 'keyboard')) {
				hold.announcement = 'This block cannot be changed.';
			}
			return;
		}
		// A card that is held has the keys, wherever they go.
		const holding = drags.findIndex(({ state }) => state !== null);
		keys[holding === -1 ? at : holding]?.(event);
	};
}
