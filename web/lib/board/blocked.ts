/** Visits that lie in time which was blocked over them: they stay until somebody finds them another. */
import type { BlockRow } from '#domain/board/documents.ts';
import { takesTime } from '#domain/scheduling/appointment.ts';
import { overlaps } from '#domain/scheduling/intervals.ts';
import { visitInterval } from '#domain/scheduling/visit-time.ts';
import type { Visit } from './visit.ts';

/** @returns the block that the visit lies in; `null`: none of the doctor's */
export function blockOver(blocks: Iterable<BlockRow>, visit: Visit): BlockRow | null {
	if (!takesTime(visit.status)) return null;
	const own = visitInterval(visit);
	for (const block of blocks) {
		const isDoctors = block.resourceId === visit.practitionerId;
		if (isDoctors && overlaps(visitInterval(block), own)) return block;
	}
	return null;
}
