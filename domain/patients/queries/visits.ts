/** A patient's own visits, and those of the children that they act for. */
import { and, asc, desc, eq, gt, inArray, lte, notInArray, or, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../../db/database.ts';
import { same } from '../../../db/same-key.ts';
import { appointments, clinics, practitioners, services } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import {
	readVisitBehindLink,
	told,
	type ToldVisit,
	type VisitBehindLink
} from '../../booking/queries.ts';
import type { AppointmentStatus } from '../../scheduling/appointment.ts';
import type { SiteLanguage } from '../../site/site.ts';

export interface ListedVisit extends ToldVisit {
	appointmentId: string;
	patientId: string;
	status: AppointmentStatus;
}

export interface VisitsPage {
	visits: ListedVisit[];
	/** To ask for earlier ones with; `null`: there are none. */
	next: string | null;
}

/** Nobody has more to come. */
const MOST_UPCOMING = 100;
export const PAST_AT_A_TIME = 10;

/** What is over, whenever it would have been. */
const OVER: readonly AppointmentStatus[] = ['cancelled', 'fulfilled', 'noshow'];

/** Where a page of past visits ends: start in epoch milliseconds, id. */
const cursorSchema = z
	.string()
	.max(60)
	.transform((text) => text.split('_'))
	.pipe(z.tuple([z.string().regex(/^\d{1,14}$/), z.uuid()]));

/** @returns the ids of the patients whose visits the actor may read as their own */
export function ownPatientIds(actor: Actor): string[] {
	const { organizationId } = actor;
	return actor.roles
		.flatMap(({ patientId }) => patientId ?? [])
		.filter((patientId) =>
			authorize(actor, 'appointment.read', {
				...{ organizationId, clinicId: null, practitionerId: null, patientId }
			})
		);
}

/** @returns the visits to come, the next one first */
export async function upcomingVisits(
	database: Database,
	patient: Actor,
	language: SiteLanguage,
	now: number = Date.now()
): Promise<ListedVisit[]> {
	return readVisits(database, patient, {
		language,
		where: and(gt(appointments.endsAt, new Date(now)), notInArray(appointments.status, [...OVER])),
		order: [asc(appointments.startsAt), asc(appointments.id)],
		limit: MOST_UPCOMING
	});
}

/** @param before of the page before; what is none of ours asks for the first page */
export async function pastVisits(
	database: Database,
	patient: Actor,
	{ before, language }: { before: string | null; language: SiteLanguage },
	now: number = Date.now()
): Promise<VisitsPage> {
	const cursor = cursorSchema.safeParse(before);
	const { startsAt, id, endsAt, status } = appointments;
	const visits = await readVisits(database, patient, {
		language,
		where: and(
			or(lte(endsAt, new Date(now)), inArray(status, [...OVER])),
			cursor.success
				? sql`(${startsAt}, ${id}) < (${new Date(Number(cursor.data[0])).toISOString()}::timestamptz, ${cursor.data[1]}::uuid)`
				: undefined
		),
		order: [desc(startsAt), desc(id)],
		limit: PAST_AT_A_TIME + 1
	});
	const shown = visits.slice(0, PAST_AT_A_TIME);
	const last = shown.at(-1);
	const isLast = visits.length === shown.length || !last;
	return { visits: shown, next: isLast ? null : `${last.startsAt}_${last.appointmentId}` };
}

/** @returns the visit, or `null` where it is not the patient's or a child's of theirs */
export async function readOwnVisit(
	database: Database,
	patient: Actor,
	appointmentId: string,
	language: SiteLanguage
): Promise<VisitBehindLink | null> {
	const visit = await readVisitBehindLink(database, patient, appointmentId, language);
	return visit && ownPatientIds(patient).includes(visit.patientId) ? visit : null;
}

async function readVisits(
	database: Database,
	patient: Actor,
	asked: { language: SiteLanguage; where: SQL | undefined; order: SQL[]; limit: number }
): Promise<ListedVisit[]> {
	const { organizationId } = patient;
	const patientIds = ownPatientIds(patient);
	if (patientIds.length === 0) return [];
	const rows = await forActor(database, patient, (transaction) =>
		transaction
			.select({ time: appointments, clinic: clinics, doctor: practitioners, service: services })
			.from(appointments)
			.innerJoin(clinics, same(appointments, appointments.clinicId, clinics))
			.innerJoin(practitioners, same(appointments, appointments.practitionerId, practitioners))
			.innerJoin(services, same(appointments, appointments.serviceId, services))
			.where(
				and(
					eq(appointments.organizationId, organizationId),
					inArray(appointments.patientId, patientIds),
					asked.where
				)
			)
			.orderBy(...asked.order)
			.limit(asked.limit)
	);
	return rows.map((row) => {
		const { id: appointmentId, patientId, status } = row.time;
		return { ...told(row, asked.language), appointmentId, patientId, status };
	});
}
