/** Blocked time as it is drawn: the server's rows with what this person asks for laid over them. */
import { partsOf } from '#domain/scheduling/intents.ts';
import type { BlockRow } from '#domain/board/documents.ts';
import type { PendingIntent } from './wishes.svelte.ts';

export interface ShownBlock extends BlockRow {
	/** Asked for and not confirmed yet. */
	pending: boolean;
}

/** The board on which they are drawn. Instants are epoch milliseconds. */
export interface BlockGround {
	clinicId: string;
	dayStart: number;
	dayEnd: number;
}

/**
 * @param pending in the order in which it was asked for
 * @returns the blocks by id; what is to be given back is left out already
 */
export function shownBlocks(
	rows: ReadonlyMap<string, BlockRow>,
	pending: Iterable<PendingIntent>,
	{ clinicId, dayStart, dayEnd }: BlockGround
): Map<string, ShownBlock> {
	const shown = new Map<string, ShownBlock>();
	for (const [id, row] of rows) shown.set(id, { ...row, pending: false });
	for (const { intent, state } of pending) {
		if (state === 'refused') continue;
		const parts = partsOf(intent);
		const blocks = parts.filter((part) => part.kind === 'block');
		const here = blocks.filter(
			({ changes }) =>
				changes.clinicId === clinicId && changes.startsAt >= dayStart && changes.startsAt < dayEnd
		);
		// Rows of other days never come here: what is accepted there cannot be seen to be carried out.
		if (state === 'accepted' && here.length < blocks.length) continue;
		for (const part of parts) if (part.kind === 'unblock') shown.delete(part.blockId);
		for (const { blockId, changes } of here) {
			if (shown.has(blockId)) continue;
			const { resourceId, startsAt, durationMinutes, kind } = changes;
			const row = { resourceId, startsAt, durationMinutes, kind };
			shown.set(blockId, { ...row, revision: 0, pending: true });
		}
	}
	return shown;
}
