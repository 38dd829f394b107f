/** A draft as the parts of the one intent that carries it out. Pure. */
import type { BoardIndex } from '../board/situation.ts';
import type { Part } from '../scheduling/intents.ts';
import type { Draft, VisitChange } from './draft-change.ts';
import { AWAY_KIND, awayInOrder, inOrder, isAsDrafted } from './drafted-day.ts';

/**
 * @param board the real day, as whoever carries the draft out sees it: a visit that lies where it did when its change
 *   was drafted is based on what is seen now, any other on what was seen then, and so is refused
 */
export function partsOfDraft(
	draft: Draft,
	board: Pick<BoardIndex, 'appointments'>,
	clinicId: string
): Part[] {
	const visits = inOrder(draft).map(([appointmentId, change]): Part => {
		const live = board.appointments.get(appointmentId);
		const basedOnRevision =
			live && isAsDrafted(live, change) ? live.revision : change.basedOnRevision;
		return partOf({ appointmentId, basedOnRevision }, change);
	});
	const away = awayInOrder(draft).flatMap(([resourceId, { spans }]) =>
		spans.map(({ blockId, startsAt, durationMinutes }): Part => ({
			...{ kind: 'block', blockId },
			changes: { clinicId, resourceId, startsAt, durationMinutes, kind: AWAY_KIND }
		}))
	);
	return [...visits, ...away];
}

function partOf(
	based: { appointmentId: string; basedOnRevision: number },
	change: VisitChange
): Part {
	switch (change.kind) {
		case 'move': {
			const { from, to } = change;
			const changes = {
				...(to.startsAt === from.startsAt ? {} : { startsAt: to.startsAt }),
				...(to.practitionerId === from.practitionerId ? {} : { practitionerId: to.practitionerId }),
				...(to.roomId === from.roomId ? {} : { roomId: to.roomId })
			};
			// A visit without a time that stays where it lay is given that time again.
			const isSame = Object.keys(changes).length === 0;
			return { kind: 'move', ...based, changes: isSame ? { startsAt: to.startsAt } : changes };
		}
		case 'review':
			return { kind: 'set-status', ...based, changes: { status: 'needs-review' } };
		case 'cancel':
			return { kind: 'cancel', ...based, changes: { reason: change.reason } };
	}
}
