/** Another time or length for time that is blocked. */
import type { BlockRow } from '#domain/board/documents.ts';
import { changedBlock } from '#domain/scheduling/block-moves.ts';
import type { BoardStore } from './board-store.svelte.ts';

/** Asks for another time or length of a block. @returns the intent's id; `null` where nothing is changed */
export function changeBlock(
	store: BoardStore,
	block: BlockRow & { id: string },
	time: { startsAt: number; durationMinutes: number }
): string | null {
	const { startsAt, durationMinutes } = block;
	if (startsAt === time.startsAt && durationMinutes === time.durationMinutes) return null;
	const { clinicId } = store.options;
	return store.wishes.submit({
		kind: 'together',
		parts: changedBlock(block, { clinicId, ...time })
	});
}
