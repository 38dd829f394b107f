/** One clinic's one day, as rows for its documents. Reads for the server itself: whoever sends them on, authorizes. */
import { and, eq, sql } from 'drizzle-orm';
import { selectChangedRows } from '../../db/changed-rows.ts';
import type { Database } from '../../db/database.ts';
import { openVisitTexts } from '../../db/encryption/visit-texts.ts';
import { appointments, blocks, clinics, patients } from '../../db/schema/index.ts';
import { inOneMoment, type Transaction } from '../../db/transaction.ts';
import { dayInterval } from '../availability/local-day.ts';
import type { Interval } from '../scheduling/intervals.ts';
import { columnRows } from './queries/columns.ts';
import { offersOfDay } from './queries/offers.ts';
import type {
	AppointmentRow,
	BlockRow,
	BoardRows,
	MaskedPersonRow,
	OfferedPersonRow,
	PersonRow
} from './documents.ts';
import { maskPerson } from './masked-person.ts';
import { toAppointmentRow, toBlockRow, toPersonRow } from './rows.ts';

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
	/** The same, for those who may not know who they are. */
	maskedPeople: Record<string, MaskedPersonRow>;
	/** By offer id: whom the times are kept for. */
	offered: Record<string, { person: OfferedPersonRow; masked: MaskedPersonRow }>;
}

/** @returns the board, or `null` when the organization has no such clinic. */
export async function readBoard(database: Database, query: BoardQuery): Promise<ReadBoard | null> {
	const { organizationId, clinicId, date } = query;
	// A block may lie where a visit was a moment before: read one after the other, both would be there.
	const read = await inOneMoment(database, organizationId, async (transaction) => {
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
		const offers = await offersOfDay(transaction, query, day);
		const shown = new Set([
			...visits.flatMap(({ visit }) => [visit.practitionerId, visit.roomId]),
			...blockRows.map((block) => block.resourceId),
			...offers.flatMap(({ row }) => [row.practitionerId, row.roomId])
		]);
		const columns = await columnRows(transaction, query, clinic.zone, shown);
		return {
			rows: {
				clinic: {
					clinic: {
						...{ name: clinic.name, zone: clinic.zone, date },
						...{ dayStart: day.start, dayEnd: day.end },
						...columns.opening
					}
				},
				...columns.rows,
				appointments: byId(visits.map(({ visit }) => [visit.id, toAppointmentRow(visit)])),
				blocks: byId(blockRows.map((block) => [block.id, toBlockRow(block)])),
				offers: byId(offers.map(({ id, row }) => [id, row]))
			},
			people: byId(visits.map(({ visit, patient }) => [visit.id, toPersonRow(visit, patient)])),
			maskedPeople: byId(visits.map(({ visit, patient }) => [visit.id, maskPerson(patient)])),
			offered: byId(offers.map(({ id, person, masked }) => [id, { person, masked }]))
		};
	});
	return read && { ...read, people: await openPeople(database, organizationId, read.people) };
}

export interface ChangedVisit {
	clinicId: string;
	row: AppointmentRow;
	person: PersonRow;
	masked: MaskedPersonRow;
}

/** What an id is now; an id without an answer is gone. */
export interface ChangedRows {
	appointments: Record<string, ChangedVisit>;
	blocks: Record<string, { clinicId: string; row: BlockRow }>;
}

/** Reads the present state of what was told to have changed. */
export async function readChangedRows(
	database: Database,
	organizationId: string,
	ids: { appointmentIds: string[]; blockIds: string[] }
): Promise<ChangedRows> {
	const { visits, blocks } = await selectChangedRows(database, organizationId, ids);
	const people = await openPeople(
		database,
		organizationId,
		byId(visits.map((visit) => [visit.id, toPersonRow(visit, visit.patient)]))
	);
	return {
		appointments: byId(
			visits.map((visit) => [
				visit.id,
				{
					clinicId: visit.clinicId,
					row: toAppointmentRow(visit),
					person: people[visit.id]!,
					masked: maskPerson(visit.patient)
				}
			])
		),
		blocks: byId(
			blocks.map((block) => [block.id, { clinicId: block.clinicId, row: toBlockRow(block) }])
		)
	};
}

/** @returns the rows with their notes and reasons in the clear */
async function openPeople(
	database: Database,
	organizationId: string,
	people: Record<string, PersonRow>
): Promise<Record<string, PersonRow>> {
	const opened = Object.entries(people).map(
		async ([appointmentId, person]): Promise<[string, PersonRow]> => [
			appointmentId,
			await openVisitTexts(database, { organizationId, appointmentId }, person)
		]
	);
	return byId(await Promise.all(opened));
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

function byId<T>(entries: [string, T][]): Record<string, T> {
	return Object.fromEntries(entries);
}
