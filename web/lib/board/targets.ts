/** Where what is held may be put down, worked out from the board's rows as they were when it was lifted. Pure. */
import type { PersonRow } from '#domain/board/documents.ts';
import { situationsOnBoard, type BoardIndex, type PlacedRequest } from '#domain/board/situation.ts';
import { legalStarts } from '#domain/scheduling/legal-starts.ts';
import { MINUTE_MS, union, type Interval } from '#domain/scheduling/intervals.ts';
import { judgePlacement } from '#domain/scheduling/placement.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import type { VisitTime } from '#domain/scheduling/visit-time.ts';

export interface Place {
	practitionerId: string;
	roomId: string;
}

export class Targets {
	private readonly board: BoardIndex;
	private readonly situationAt: ReturnType<typeof situationsOnBoard>;

	constructor(board: BoardIndex, people: ReadonlyMap<string, PersonRow>, held: PlacedRequest) {
		this.board = board;
		this.situationAt = situationsOnBoard(board, people, held);
	}

	/** @returns why it may not lie there, `null` when it may; `unknown`: the place is not on this board */
	objection(place: Place, time: VisitTime): Refusal | 'unknown' | null {
		const situation = this.situationAt(place);
		if (!situation) return 'unknown';
		const judged = judgePlacement(time, situation);
		return judged.ok ? null : judged.refusal;
	}

	/** @returns the room for it: the wanted one where it suits and is free, else the first that does */
	roomFor({ practitionerId, roomId: wanted }: Place, time: VisitTime): string {
		const fits = (roomId: string) => this.objection({ practitionerId, roomId }, time) === null;
		if (fits(wanted)) return wanted;
		const others = [...this.board.rooms].sort(([, a], [, b]) => a.order - b.order);
		return others.find(([roomId]) => fits(roomId))?.[0] ?? wanted;
	}

	/** @param roomId `null`: whichever room would do. @returns at which starts it may lie */
	starts(practitionerId: string, roomId: string | null, durationMinutes: number): Interval[] {
		const rooms = roomId === null ? [...this.board.rooms.keys()] : [roomId];
		return rooms.flatMap((id) => {
			const situation = this.situationAt({ practitionerId, roomId: id });
			return situation ? legalStarts(durationMinutes, situation) : [];
		});
	}

	/**
	 * @param roomId `null`: whichever room would do
	 * @returns the ground that it could cover, not only where it could begin; a normal list
	 */
	ground(practitionerId: string, roomId: string | null, durationMinutes: number): Interval[] {
		const starts = this.starts(practitionerId, roomId, durationMinutes);
		const covered = durationMinutes * MINUTE_MS - 1;
		return union(starts.map(({ start, end }) => ({ start, end: end + covered })));
	}
}
