/**
 * A board's day as it was at an earlier moment: the rows of now with the changes since taken off again, newest first.
 * Nothing is stored twice for it: the history has what was so before each change. Pure.
 */
import type { AppointmentStatus, BlockKind } from '../scheduling/appointment.ts';
import type { HistoryEntry } from '../scheduling/history-entry.ts';
import { MINUTE_MS, overlaps, type Interval } from '../scheduling/intervals.ts';
import { visitInterval } from '../scheduling/visit-time.ts';
import type { AppointmentRow, BlockRow } from './documents.ts';

type Fields = Record<string, unknown>;

/** One change of a day. Texts that people wrote are not in it: `true` stands for them. */
export interface DayEvent extends Omit<HistoryEntry, 'others'> {
	/** Later changes have higher ones. */
	id: number;
	subjectKind: 'appointment' | 'block';
	subjectId: string;
	/** Whether this day's board shows the change; visits that come from other days have changes there too. */
	isHere: boolean;
}

export interface DayRows {
	appointments: Record<string, AppointmentRow>;
	/** Without those that are removed. */
	blocks: Record<string, BlockRow>;
}

/** A page of a day's history, with what the board's rows were when it was read. */
export interface DayHistory {
	/** All that are or were on this day, wherever they are now. */
	rows: DayRows;
	/** Whether it is everybody's; else only what the actor may read the history of. */
	isWhole: boolean;
	/** Doctors who had something here, wherever they are now: not all of them have a column today. */
	doctors: Record<string, { name: string; specialty: string }>;
	/** Newest first. */
	events: DayEvent[];
	/** Of the next page: the id of the oldest event; `null`: there is none. */
	next: number | null;
}

/**
 * @param events newest first: the changes that are taken off again
 * @param day what does not lie in it is left out
 */
export function rowsBefore(
	rows: DayRows,
	events: readonly DayEvent[],
	day: Interval
): { appointments: Map<string, AppointmentRow>; blocks: Map<string, BlockRow> } {
	const appointments = new Map(Object.entries(rows.appointments));
	const blocks = new Map(Object.entries(rows.blocks));
	for (const event of events) {
		if (event.subjectKind === 'block') takeOffBlock(blocks, event);
		else takeOffVisit(appointments, event);
	}
	for (const map of [appointments, blocks]) {
		for (const [id, row] of map) if (!overlaps(visitInterval(row), day)) map.delete(id);
	}
	return { appointments, blocks };
}

function takeOffVisit(
	visits: Map<string, AppointmentRow>,
	{ subjectId, before, after }: DayEvent
): void {
	const row = visits.get(subjectId);
	if (!row) return;
	if (before === null) {
		visits.delete(subjectId);
		return;
	}
	visits.set(subjectId, {
		...row,
		...timeBefore(row, before),
		...pick<AppointmentRow>(before, ['practitionerId', 'roomId', 'serviceId', 'place']),
		...('status' in before ? statusBefore(before.status as AppointmentStatus) : {}),
		...('overrideReason' in after ? { overridden: Boolean(before.overrideReason) } : {}),
		...(Array.isArray(before.supportIds) ? { supportIds: before.supportIds as string[] } : {})
	});
}

/** When somebody came is said of the present alone. */
function statusBefore(status: AppointmentStatus): Partial<AppointmentRow> {
	return { status, arrivedAt: null, wentInAt: null, doneAt: null };
}

function timeBefore(
	row: { startsAt: number; durationMinutes: number },
	before: Fields
): { startsAt: number; durationMinutes: number } {
	const startsAt = Number(before.startsAt ?? row.startsAt);
	const endsAt = Number(before.endsAt ?? row.startsAt + row.durationMinutes * MINUTE_MS);
	return { startsAt, durationMinutes: (endsAt - startsAt) / MINUTE_MS };
}

function takeOffBlock(blocks: Map<string, BlockRow>, { subjectId, before, after }: DayEvent): void {
	if (before === null || before.removed === true) {
		blocks.delete(subjectId);
		return;
	}
	const row = blocks.get(subjectId);
	if (after.removed !== true && !row) return;
	const whole = {
		...(row ?? { revision: 1, startsAt: 0, durationMinutes: 0, resourceId: '', kind: 'break' }),
		...pick<BlockRow>(before, ['resourceId'])
	};
	blocks.set(subjectId, {
		...whole,
		kind: (before.kind ?? whole.kind) as BlockKind,
		...timeBefore(whole, before)
	});
}

function pick<T>(fields: Fields, names: (keyof T & string)[]): Partial<T> {
	return Object.fromEntries(
		names.filter((name) => name in fields).map((name) => [name, fields[name]])
	) as Partial<T>;
}
