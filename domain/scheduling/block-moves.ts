/** Changing and repeating blocked time, as the parts of one intent. Pure. */
import type { Part, PartOf } from './intents.ts';
import { seriesStarts } from './series.ts';
import { accept, refuse, type Result } from './refusals.ts';

/** Weeks that are blocked at once at the most: longer ahead belongs into the hours. */
export const MAX_BLOCK_WEEKS = 52;

/** A block as it is shown. */
export interface ChangedBlock {
	id: string;
	revision: number;
	resourceId: string;
	kind: PartOf<'block'>['changes']['kind'];
}

/** One of the blocks that were taken in one go. */
export interface SeriesBlock {
	blockId: string;
	/** Epoch milliseconds. */
	startsAt: number;
	revision: number;
}

/** @returns the block given back and taken anew, in one: nobody is booked in between */
export function changedBlock(
	block: ChangedBlock,
	to: { clinicId: string; startsAt: number; durationMinutes: number },
	newId: () => string = () => crypto.randomUUID()
): Part[] {
	const { id, revision, resourceId, kind } = block;
	return [
		{ kind: 'unblock', blockId: id, basedOnRevision: revision },
		{ kind: 'block', blockId: newId(), changes: { ...to, resourceId, kind } }
	];
}

/**
 * @param untilDate local date (`YYYY-MM-DD`), inclusive
 * @param zone the clinic's: nine o'clock stays nine o'clock when clocks change
 * @returns a block for each week, all taken or none; `invalid` for a date before the first and for too many weeks
 */
export function weeklyBlocks(
	block: PartOf<'block'>,
	untilDate: string,
	zone: string,
	newId: () => string = () => crypto.randomUUID()
): Result<PartOf<'block'>[]> {
	const first = Temporal.Instant.fromEpochMilliseconds(block.changes.startsAt)
		.toZonedDateTimeISO(zone)
		.toPlainDate();
	const { days } = first.until(Temporal.PlainDate.from(untilDate), { largestUnit: 'days' });
	const weeks = Math.floor(days / 7) + 1;
	if (weeks < 1 || weeks > MAX_BLOCK_WEEKS) return refuse('invalid', { field: 'untilDate' });
	const starts = seriesStarts(block.changes.startsAt, `FREQ=WEEKLY;COUNT=${weeks}`, zone);
	if (!starts.ok) return starts;
	return accept(
		starts.value.map((startsAt, place) => ({
			...block,
			blockId: place === 0 ? block.blockId : newId(),
			changes: { ...block.changes, startsAt }
		}))
	);
}
