/** One clinic's one day, as rows for its documents. Reads for the server itself: whoever sends them on, authorizes. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { selectChangedRows } from '../../db/changed-rows.ts';
import type { Database } from '../../db/database.ts';
import {
	appointments,
	blocks,
	clinics,
	patients,
	practitioners,
	practitionerServices,
	rooms,
	services,
	workingHours
} from '../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../db/transaction.ts';
import { dayInterval } from '../availability/local-day.ts';
import { workingDay } from '../availability/working-hours.ts';
import type { Interval } from '../scheduling/intervals.ts';
import type { AppointmentRow, BlockRow, BoardRows, PersonRow } from './documents.ts';
import { toAppointmentRow, toBlockRow, toPersonRow, toSpan } from './rows.ts';

export interface BoardQuery {
	organizationId: string;
	clinicId: string;
	/** The clinic's local date, `YYYY-MM-DD`. */
	date: string;
}

export interface ReadBoard {
	rows: BoardRows;
	/** By appointment id. */
	people: Record<string, PersonRow>;
}

/** @returns the board, or `null` when the organization has no such clinic. */
export async function readBoard(database: Database, query: BoardQuery): Promise<ReadBoard | null> {
	const { organizationId, clinicId, date } = query;
	return inOrganization(database, organizationId, async (transaction) => {
		const [clinic] = await transaction
			.select()
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
		if (!clinic) return null;
		const day = dayInterval(date, clinic.zone);
		const visits = await visitRows(
			transaction,
			and(
				eq(appointments.organizationId, organizationId),
				eq(appointments.clinicId, clinicId),
				touches(appointments, day)
			)
		);
		const blockRows = await transaction
			.select()
			.from(blocks)
			.where(
				and(
					eq(blocks.organizationId, organizationId),
					eq(blocks.clinicId, clinicId),
					eq(blocks.removed, false),
					touches(blocks, day)
				)
			);
		const shown = new Set([
			...visits.map(({ visit }) => visit.practitionerId),
			...blockRows.map((block) => block.resourceId)
		]);
		const columns = await columnRows(transaction, query, clinic.zone, shown);
		return {
			rows: {
				clinic: {
					clinic: {
						name: clinic.name,
						zone: clinic.zone,
						date,
						dayStart: day.start,
						dayEnd: day.end
					}
				},
				...columns,
				appointments: byId(visits.map(({ visit }) => [visit.id, toAppointmentRow(visit)])),
				blocks: byId(blockRows.map((block) => [block.id, toBlockRow(block)]))
			},
			people: byId(visits.map(({ visit, patient }) => [visit.id, toPersonRow(visit, patient)]))
		};
	});
}

/** What an id is now; an id without an answer is gone. */
export interface ChangedRows {
	appointments: Record<string, { clinicId: string; row: AppointmentRow; person: PersonRow }>;
	blocks: Record<string, { clinicId: string; row: BlockRow }>;
}

/** Reads the present state of what was told to have changed. */
export async function readChangedRows(
	database: Database,
	organizationId: string,
	ids: { appointmentIds: string[]; blockIds: string[] }
): Promise<ChangedRows> {
	const { visits, blocks } = await selectChangedRows(database, organizationId, ids);
	return {
		appointments: byId(
			visits.map((visit) => [
				visit.id,
				{
					clinicId: visit.clinicId,
					row: toAppointmentRow(visit),
					person: toPersonRow(visit, visit.patient)
				}
			])
		),
		blocks: byId(
			blocks.map((block) => [block.id, { clinicId: block.clinicId, row: toBlockRow(block) }])
		)
	};
}

function visitRows(transaction: Transaction, where: ReturnType<typeof and>) {
	return transaction
		.select({ visit: appointments, patient: patients })
		.from(appointments)
		.innerJoin(
			patients,
			and(
				eq(patients.organizationId, appointments.organizationId),
				eq(patients.id, appointments.patientId)
			)
		)
		.where(where);
}

/** A visit is at most twelve hours long (check `appointments_length`), which lets the index on the start serve. */
function touches(table: typeof appointments | typeof blocks, day: Interval) {
	const from = new Date(day.start);
	const until = new Date(day.end);
	return sql`${table.startsAt} < ${until.toISOString()}::timestamptz
		and ${table.startsAt} > ${from.toISOString()}::timestamptz - interval '12 hours'
		and ${table.endsAt} > ${from.toISOString()}::timestamptz`;
}

/** Everybody who works at the clinic that day or has something there, every room, every service. */
async function columnRows(
	transaction: Transaction,
	{ organizationId, clinicId, date }: BoardQuery,
	zone: string,
	shown: Set<string>
): Promise<Pick<BoardRows, 'practitioners' | 'rooms' | 'services'>> {
	const rules = await transaction
		.select()
		.from(workingHours)
		.where(
			and(
				eq(workingHours.organizationId, organizationId),
				eq(workingHours.clinicId, clinicId),
				eq(workingHours.weekday, Temporal.PlainDate.from(date).dayOfWeek)
			)
		);
	const hoursOf = (resourceId: string) => {
		const { working, breaks } = workingDay(
			rules.filter((rule) => rule.resourceId === resourceId),
			date,
			zone
		);
		return { working: working.map(toSpan), breaks: breaks.map(toSpan) };
	};
	const roomRows = await transaction
		.select()
		.from(rooms)
		.where(and(eq(rooms.organizationId, organizationId), eq(rooms.clinicId, clinicId)))
		.orderBy(asc(rooms.name));
	const present = new Set(
		rules.map((rule) => rule.resourceId).filter((id) => hoursOf(id).working.length > 0)
	);
	const candidates = [...new Set([...present, ...shown])];
	const practitionerRows =
		candidates.length === 0
			? []
			: await transaction
					.select()
					.from(practitioners)
					.where(
						and(
							eq(practitioners.organizationId, organizationId),
							inArray(practitioners.id, candidates)
						)
					)
					.orderBy(asc(practitioners.name));
	const offers =
		practitionerRows.length === 0
			? []
			: await transaction
					.select()
					.from(practitionerServices)
					.where(
						and(
							eq(practitionerServices.organizationId, organizationId),
							inArray(
								practitionerServices.practitionerId,
								practitionerRows.map(({ id }) => id)
							)
						)
					);
	const serviceRows = await transaction
		.select()
		.from(services)
		.where(eq(services.organizationId, organizationId))
		.orderBy(asc(services.name));
	return {
		practitioners: byId(
			practitionerRows.map(({ id, name, specialty }, order) => [
				id,
				{
					...{ name, specialty, order, ...hoursOf(id) },
					serviceIds: offers
						.filter((offer) => offer.practitionerId === id)
						.map((offer) => offer.serviceId)
						.sort()
				}
			])
		),
		rooms: byId(
			roomRows.map(({ id, name, kind }, order) => [id, { name, kind, order, ...hoursOf(id) }])
		),
		services: byId(
			serviceRows.map((service) => [
				service.id,
				{
					name: service.name,
					hue: service.hue,
					durationMinutes: service.durationMinutes,
					bufferBeforeMinutes: service.bufferBeforeMinutes,
					bufferAfterMinutes: service.bufferAfterMinutes,
					roomKind: service.roomKind
				}
			])
		)
	};
}

function byId<T>(entries: [string, T][]): Record<string, T> {
	return Object.fromEntries(entries);
}
