/**
 * Rows of a board that lie where others were just read: those moved away, and the word of it has not come yet. Read
 * together, no board ever shows two visits at one time with one doctor.
 */
import type { Document } from '@hocuspocus/server';
import type { AppointmentRow, BlockRow } from '#domain/board/documents.ts';
import { takesTime } from '#domain/scheduling/appointment.ts';
import { overlaps, type Interval } from '#domain/scheduling/intervals.ts';
import { visitInterval } from '#domain/scheduling/visit-time.ts';

export interface RowIds {
	appointmentIds: string[];
	blockIds: string[];
}

interface Taken extends Interval {
	resourceIds: string[];
}

/**
 * @param read rows as they are now
 * @param known ids that were looked at: what they show is true
 * @returns ids of rows on the board that cannot be where they are shown
 */
export function rowsInTheWay(
	board: Document,
	read: { visits: Iterable<AppointmentRow>; blocks: Iterable<BlockRow> },
	known: RowIds
): RowIds {
	const wanted = [...[...read.visits].flatMap(visitTaken), ...[...read.blocks].map(blockTaken)];
	if (wanted.length === 0) return { appointmentIds: [], blockIds: [] };
	const isInTheWay = (held: Taken) =>
		wanted.some(
			(one) => overlaps(one, held) && one.resourceIds.some((id) => held.resourceIds.includes(id))
		);
	const found = <T>(map: string, ids: readonly string[], takenBy: (row: T) => Taken[]) =>
		[...board.getMap<T>(map)].flatMap(([id, row]) =>
			!ids.includes(id) && takenBy(row).some(isInTheWay) ? [id] : []
		);
	return {
		appointmentIds: found<AppointmentRow>('appointments', known.appointmentIds, visitTaken),
		blockIds: found<BlockRow>('blocks', known.blockIds, (row) => [blockTaken(row)])
	};
}

/** Groups and overrides may lie beside others. */
function visitTaken(row: AppointmentRow): Taken[] {
	if (!takesTime(row.status) || row.place !== null || row.overridden) return [];
	return [{ ...visitInterval(row), resourceIds: [row.practitionerId, row.roomId] }];
}

function blockTaken(row: BlockRow): Taken {
	return { ...visitInterval(row), resourceIds: [row.resourceId] };
}
