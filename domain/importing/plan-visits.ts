/** Plans what to store of the visits of a file: new ones, changed ones, and those that cannot be taken. Pure. */
import { localDatesOf } from '../availability/local-day.ts';
import { takesTime } from '../scheduling/appointment.ts';
import type { StoredAppointment } from '../scheduling/stored-appointment.ts';
import { toldChanges } from '../scheduling/told-changes.ts';
import type { PlannedClaim } from '../scheduling/visit-claims.ts';
import { claimsOf, createPlacementJudge, type JudgeContext } from './judge-visit-row.ts';
import type { RowFault, ToldVisit, WantedVisit } from './wanted-visit.ts';

/** A visit that an earlier import made. */
export interface ImportedVisit {
	row: StoredAppointment;
	/** What the files have said about it so far. */
	lastTold: Partial<ToldVisit>;
}

export interface PlannedVisit {
	place: string;
	key: string;
	row: StoredAppointment;
	/** `null`: a new visit. */
	expectedRevision: number | null;
	claims: PlannedClaim[];
	/** Everything that is left or taken. */
	resources: string[];
	event: { before: Record<string, unknown> | null; after: Record<string, unknown> };
	boards: [clinicId: string, date: string][];
}

export interface VisitContext extends JudgeContext {
	/** By key. */
	imported: ReadonlyMap<string, ImportedVisit>;
	/** Patient id → start of the first visit that was kept, in the database and in the file. */
	firstKept: ReadonlyMap<string, number>;
	newId(): string;
}

export interface VisitPlan {
	planned: PlannedVisit[];
	unchanged: number;
	refused: { visit: WantedVisit; fault: RowFault }[];
}

/** Leaves `context.taken` as it will be when the plan is carried out. */
export function planVisits(wanted: readonly WantedVisit[], context: VisitContext): VisitPlan {
	const keys = new Map<string, string>();
	const judge = createPlacementJudge({
		...context,
		keyOf: (appointmentId) => keys.get(appointmentId) ?? context.keyOf(appointmentId)
	});
	const plan: VisitPlan = { planned: [], unchanged: 0, refused: [] };
	let open = wanted.toSorted((a, b) => a.told.startsAt - b.told.startsAt);
	// A visit may need the time that another one of the file gives up: again, as long as that helps.
	for (let before = Infinity; open.length > 0 && open.length < before;) {
		before = open.length;
		plan.refused = [];
		for (const visit of open) {
			const earlier = context.imported.get(visit.key) ?? null;
			const row = earlier ? mergedRow(earlier, visit) : newRow(visit, context);
			if (row === null) {
				plan.unchanged++;
				continue;
			}
			const claims = takesTime(row.status) ? claimsOf(row, visit) : [];
			const isMoved = earlier === null || movesOrReturns(earlier.row, row);
			if (earlier) context.taken.release(earlier.row.id);
			const fault = claims.length > 0 && isMoved ? judge(row, visit) : null;
			if (fault) {
				if (earlier && takesTime(earlier.row.status)) {
					context.taken.add(claimsOf(earlier.row, visit), { appointmentId: earlier.row.id });
				}
				plan.refused.push({ visit, fault });
				continue;
			}
			context.taken.add(claims, { appointmentId: row.id });
			keys.set(row.id, visit.key);
			plan.planned.push(planOf(visit, earlier?.row ?? null, row, claims));
		}
		open = plan.refused.map(({ visit }) => visit);
	}
	return plan;
}

function newRow(visit: WantedVisit, { now, newId, firstKept }: VisitContext): StoredAppointment {
	const { told } = visit;
	const kept = firstKept.get(told.patientId);
	const isKnown = visit.established || (kept !== undefined && kept < told.startsAt);
	return {
		...told,
		id: newId(),
		newPatient: !isKnown,
		source: 'import',
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
		bookedAt: Math.min(now, told.startsAt)
	};
}

const PLACEMENT = [
	'clinicId',
	'practitionerId',
	'roomId',
	'serviceId',
	'patientId',
	'startsAt',
	'endsAt'
] as const;

/**
 * What the file says now, where it says something else than before; the rest stays as people left it on the board.
 * @returns `null` when nothing changes
 */
function mergedRow(
	{ row, lastTold }: ImportedVisit,
	{ told }: WantedVisit
): StoredAppointment | null {
	const fields = Object.keys(told) as (keyof ToldVisit)[];
	const changed = fields.filter(
		(field) => told[field] !== lastTold[field] && told[field] !== row[field]
	);
	if (changed.length === 0) return null;
	const isOf = (list: readonly string[]) => changed.some((field) => list.includes(field));
	// Time and place belong together: half of a move would be nobody's wish.
	const news = isOf(PLACEMENT) ? [...new Set([...changed, ...PLACEMENT])] : changed;
	const revision = row.revision + 1;
	return {
		...row,
		...Object.fromEntries(news.map((field) => [field, told[field]])),
		revision,
		placementRevision: isOf(PLACEMENT) ? revision : row.placementRevision,
		statusRevision: isOf(['status', 'cancelReason']) ? revision : row.statusRevision,
		remarkRevision: isOf(['remark']) ? revision : row.remarkRevision,
		// What was confirmed was the time.
		...(isOf(['startsAt'])
			? { confirmedAt: null, confirmedBy: null, confirmationRevision: revision }
			: {})
	};
}

function movesOrReturns(before: StoredAppointment, after: StoredAppointment): boolean {
	return !takesTime(before.status) || PLACEMENT.some((field) => before[field] !== after[field]);
}

function planOf(
	visit: WantedVisit,
	before: StoredAppointment | null,
	row: StoredAppointment,
	claims: PlannedClaim[]
): PlannedVisit {
	const rows = before === null ? [row] : [before, row];
	const boards = new Map(
		rows.flatMap((each) =>
			localDatesOf({ start: each.startsAt, end: each.endsAt }, visit.zone).map((date) => [
				`${each.clinicId}/${date}`,
				[each.clinicId, date] as [string, string]
			])
		)
	);
	return {
		place: visit.place,
		key: visit.key,
		row,
		expectedRevision: before?.revision ?? null,
		claims,
		resources: [...new Set(rows.flatMap((r) => [r.practitionerId, r.roomId, r.patientId]))],
		event: toldChanges(before, row),
		boards: [...boards.values()]
	};
}
