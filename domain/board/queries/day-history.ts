/** What happened on one board: who did what, when, for whoever may read the history there. */
import { and, desc, eq, gt, inArray, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import {
	appointments,
	blocks,
	clinics,
	events,
	practitioners,
	users
} from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { readableScope } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { dayInterval } from '../../availability/local-day.ts';
import { namesIn, namesOf } from '../../directory/queries/names.ts';
import type { Interval } from '../../scheduling/intervals.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { BoardQuery } from '../queries.ts';
import type { DayEvent, DayHistory } from '../replay.ts';
import { toAppointmentRow, toBlockRow } from '../rows.ts';

/** Changes a page. A busy clinic makes some five hundred in a day. */
export const DAY_HISTORY_PAGE = 200;
/** Visits that were moved away from one day. More than any day has. */
const MOST_LEFT = 500;

export type DayHistoryQuery = Pick<BoardQuery, 'clinicId' | 'date'> & {
	/** Only changes before this one. */
	before?: number | undefined;
};

/**
 * Reads a page of a day's history. That it was looked at stands in the audit in the same transaction.
 * @returns the changes, newest first, without a word of who the patients are; a doctor's own where only those may be
 *   read; `not-found` where the actor may not read any, or there is no such clinic
 */
export async function dayHistory(
	database: Database,
	actor: Actor,
	{ clinicId, date, before }: DayHistoryQuery
): Promise<Result<DayHistory>> {
	const { organizationId } = actor;
	const scope = readableScope(actor, 'history.read', clinicId);
	if (scope !== 'all' && scope.length === 0) return refuse('not-found');
	return forActor(database, actor, async (transaction) => {
		const [clinic] = await transaction
			.select({ zone: clinics.zone })
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
		if (!clinic) return refuse('not-found');
		const subjects = await subjectsOf(transaction, actor, {
			...{ clinicId, date, scope },
			day: dayInterval(date, clinic.zone)
		});
		await audit(transaction, actor, {
			...{ kind: 'day-history-read', clinicId },
			detail: { date, view: scope === 'all' ? 'all' : scope[0]! }
		});
		const found = await eventsOf(transaction, organizationId, subjects.ids, before);
		const page = found.slice(0, DAY_HISTORY_PAGE);
		const names = await namesIn(transaction, organizationId, page);
		return accept({
			...{ rows: subjects.rows, isWhole: scope === 'all' },
			doctors: await doctorsOf(transaction, organizationId, [
				...Object.values(subjects.rows.appointments).map(({ practitionerId }) => practitionerId),
				...page.flatMap(({ before, after }) =>
					[before, after].flatMap((fields) => [fields?.practitionerId, fields?.resourceId])
				)
			]),
			events: page.map(({ boards, at, ...event }) => {
				const told = { ...event, before: event.before && untold(event.before) };
				return {
					...{ ...told, after: untold(event.after), at: at.getTime() },
					subjectKind: event.subjectKind as DayEvent['subjectKind'],
					isHere: boards.some(([clinic, day]) => clinic === clinicId && day === date),
					names: namesOf(event, names)
				};
			}),
			next: found.length > page.length ? page.at(-1)!.id : null
		});
	});
}

async function doctorsOf(
	transaction: Transaction,
	organizationId: string,
	ids: readonly unknown[]
): Promise<DayHistory['doctors']> {
	const known = [...new Set(ids.filter((id) => typeof id === 'string'))];
	if (known.length === 0) return {};
	const { id, name, specialty } = practitioners;
	const rows = await transaction
		.select({ id, name, specialty })
		.from(practitioners)
		.where(and(eq(practitioners.organizationId, organizationId), inArray(id, known)));
	return Object.fromEntries(rows.map(({ id, ...row }) => [id, row]));
}

/** What people wrote is not shown, and a patient is named by nothing here. */
function untold(fields: Record<string, unknown>): Record<string, unknown> {
	const { patientId: _, ...rest } = fields;
	for (const text of ['remark', 'overrideReason']) if (rest[text]) rest[text] = true;
	return rest;
}

interface SubjectsQuery extends Pick<BoardQuery, 'clinicId' | 'date'> {
	day: Interval;
	scope: 'all' | string[];
}

/** All visits and blocks that are or were on the board. */
async function subjectsOf(
	transaction: Transaction,
	{ organizationId }: Actor,
	{ clinicId, date, day, scope }: SubjectsQuery
) {
	const left = await transaction
		.selectDistinct({ id: events.subjectId })
		.from(events)
		.where(
			and(
				...[eq(events.organizationId, organizationId), eq(events.clinicId, clinicId)],
				// Few changes are about more than one day: they have an index of their own.
				sql`jsonb_array_length(${events.boards}) > 1`,
				sql`${events.boards} @> ${JSON.stringify([[clinicId, date]])}::jsonb`
			)
		)
		.limit(MOST_LEFT);
	const leftIds = left.map(({ id }) => id);
	const touching = (table: typeof appointments | typeof blocks): SQL | undefined =>
		and(
			eq(table.organizationId, organizationId),
			or(
				and(
					...[eq(table.clinicId, clinicId), lt(table.startsAt, new Date(day.end))],
					// Nothing takes longer than twelve hours.
					gt(table.startsAt, new Date(day.start - 12 * 3_600_000)),
					gt(table.endsAt, new Date(day.start))
				),
				leftIds.length === 0 ? undefined : inArray(table.id, leftIds)
			)
		);
	const isReadable = (practitionerId: string) => scope === 'all' || scope.includes(practitionerId);
	const visits = (
		await transaction.select().from(appointments).where(touching(appointments))
	).filter(({ practitionerId }) => isReadable(practitionerId));
	const blocked = (await transaction.select().from(blocks).where(touching(blocks))).filter(
		({ resourceId }) => isReadable(resourceId)
	);
	return {
		ids: [...visits, ...blocked].map(({ id }) => id),
		rows: {
			appointments: Object.fromEntries(visits.map((visit) => [visit.id, toAppointmentRow(visit)])),
			blocks: Object.fromEntries(
				blocked.filter(({ removed }) => !removed).map((block) => [block.id, toBlockRow(block)])
			)
		}
	};
}

function eventsOf(
	transaction: Transaction,
	organizationId: string,
	subjectIds: readonly string[],
	before: number | undefined
) {
	if (subjectIds.length === 0) return Promise.resolve([]);
	return transaction
		.select({
			...{ id: events.id, at: events.at, actorName: users.name, kind: events.kind },
			...{ subjectKind: events.subjectKind, subjectId: events.subjectId },
			...{ before: events.before, after: events.after, boards: events.boards }
		})
		.from(events)
		.leftJoin(
			users,
			and(eq(users.id, events.actorUserId), eq(users.organizationId, organizationId))
		)
		.where(
			and(
				eq(events.organizationId, organizationId),
				inArray(events.subjectId, [...subjectIds]),
				or(isNull(events.actorUserId), eq(users.organizationId, organizationId)),
				before === undefined ? undefined : lt(events.id, before)
			)
		)
		.orderBy(desc(events.id))
		.limit(DAY_HISTORY_PAGE + 1);
}
