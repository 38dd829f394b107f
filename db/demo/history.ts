/** The events of a visit, as the commands would have written them, and the revisions that follow from them. */
import { MINUTE_MS } from '../../domain/scheduling/intervals.ts';
import type { StoredAppointment } from '../../domain/scheduling/stored-appointment.ts';
import { toldChanges } from '../../domain/scheduling/told-changes.ts';
import type { Random } from './random.ts';
import type { Visit } from './visits.ts';

export interface DemoEvent {
	/** Epoch milliseconds. */
	at: number;
	/** `null`: a patient on the web. */
	actorUserId: string | null;
	kind: 'book' | 'move' | 'set-status' | 'cancel';
	before: Record<string, unknown> | null;
	after: Record<string, unknown>;
}

/** Share of visits that were first booked for another time. */
const MOVED_SHARE = 0.04;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What a visit went through before it came to its status. */
const ROAD: Record<Visit['status'], readonly Visit['status'][]> = {
	pending: [],
	booked: [],
	arrived: ['arrived'],
	'checked-in': ['arrived', 'checked-in'],
	fulfilled: ['arrived', 'checked-in', 'fulfilled'],
	noshow: ['noshow'],
	'needs-review': ['needs-review'],
	cancelled: ['cancelled']
};

export interface HistoryContext {
	/** Ids of the accounts that book and receive. */
	receptionists: readonly string[];
	/** Service key → id. */
	serviceIds: ReadonlyMap<string, string>;
	/** Epoch milliseconds: no event is later. */
	now: number;
}

/** @returns the row as it stands now and everything that led to it, oldest first. */
export function tellHistory(
	visit: Visit,
	context: HistoryContext,
	random: Random
): { row: StoredAppointment; events: DemoEvent[] } {
	const { receptionists, serviceIds, now } = context;
	const events: DemoEvent[] = [];
	let at = visit.bookedAt;
	let row = bookedRow(visit, serviceIds.get(visit.service.key)!);
	const desk = () => random.pick(receptionists);
	const step = (
		kind: DemoEvent['kind'],
		when: number,
		actorUserId: string | null,
		changes: Partial<StoredAppointment>
	) => {
		at = Math.min(now, Math.max(at + 1000, Math.floor(when / 1000) * 1000));
		const revision = row.revision + 1;
		const next = { ...row, ...changes, revision };
		events.push({ at, actorUserId, kind, ...toldChanges(row, next) });
		row = next;
	};

	const isMoved = random.chance(MOVED_SHARE) && visit.leadDays > 2 && !visit.cancelled;
	const shift = isMoved ? 5 * MINUTE_MS * random.whole(3, 24) * (random.chance(0.5) ? 1 : -1) : 0;
	row = { ...row, startsAt: visit.start + shift, endsAt: visit.end + shift };
	events.push({
		at,
		actorUserId: visit.source === 'online' ? null : desk(),
		kind: 'book',
		...toldChanges(null, row)
	});
	const until = Math.min(now, visit.start - DAY_MS);
	if (isMoved && until > at) {
		const moved = { startsAt: visit.start, endsAt: visit.end, placementRevision: 2 };
		step('move', at + random.next() * (until - at), desk(), moved);
	} else {
		row = { ...row, startsAt: visit.start, endsAt: visit.end };
		events[0] = { ...events[0]!, ...toldChanges(null, row) };
	}
	for (const status of ROAD[visit.status]) {
		const statusRevision = row.revision + 1;
		if (status === 'cancelled') {
			const { reason } = visit.cancelled!;
			const actor = reason === 'patient-asked' && visit.source === 'online' ? null : desk();
			const changes = { status, cancelReason: reason, statusRevision } as const;
			step('cancel', visit.cancelled!.at, actor, changes);
		} else {
			step('set-status', momentOf(status, visit, random), desk(), { status, statusRevision });
		}
	}
	return { row, events };
}

/** A minute or so around the time at which the desk would have clicked. */
function momentOf(status: Visit['status'], visit: Visit, random: Random): number {
	const minutes = (from: number, to: number) => (from + (to - from) * random.next()) * MINUTE_MS;
	switch (status) {
		case 'arrived':
			return visit.start + minutes(-18, -2);
		case 'checked-in':
			return visit.start + minutes(-1, 8);
		case 'noshow':
			return visit.start + minutes(15, 40);
		default:
			return visit.end + minutes(-3, 9);
	}
}

function bookedRow(visit: Visit, serviceId: string): StoredAppointment {
	return {
		id: visit.id,
		clinicId: visit.clinic.id,
		practitionerId: visit.doctor.id,
		roomId: visit.room.id,
		serviceId,
		patientId: visit.patient.id,
		startsAt: visit.start,
		endsAt: visit.end,
		status: visit.status === 'pending' ? 'pending' : 'booked',
		cancelReason: null,
		newPatient: visit.newPatient,
		source: visit.source,
		remark: visit.remark,
		...{ supportIds: [], overrideReason: null, seriesId: null, referralSeen: false },
		...{
			cancelledBy: null,
			walkIn: false,
			place: null,
			arrivedAt: null,
			wentInAt: null,
			doneAt: null
		},
		revision: 1,
		placementRevision: 1,
		statusRevision: 1,
		remarkRevision: 1,
		...{ confirmedAt: null, confirmedBy: null, confirmationRevision: 1 },
		bookedAt: visit.bookedAt
	};
}
