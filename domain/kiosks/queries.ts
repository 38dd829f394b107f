/** Kiosks: which screen is which, and whose visit somebody at one of them means. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { appointments, clinics, kiosks, patients, users } from '../../db/schema/index.ts';
import { secretHash } from '../../db/sessions.ts';
import { findingOrganization, forActor, inOrganization } from '../../db/transaction.ts';
import type { Actor, Origin } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { dayInterval, localDateOf } from '../availability/local-day.ts';
import { foldText } from '../directory/patient-search.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import type { AppointmentStatus } from '../scheduling/appointment.ts';
import { kioskState, type Arrival, type ListedKiosk } from './kiosk.ts';

export interface Kiosk {
	organizationId: string;
	clinicId: string;
	accountId: string;
	/** What staff call it. */
	name: string;
}

/** The screen as an actor: it may say that a patient is here, and nothing else. */
export function kioskActor(
	{ organizationId, clinicId, accountId, name }: Kiosk,
	origin: Origin | null
): Actor {
	return {
		...{ organizationId, userId: accountId, name, sessionId: null, origin },
		roles: [{ role: 'kiosk', clinicId, practitionerId: null }]
	};
}

/** @returns the kiosk that a screen's cookie stands for; `closed`: it was; `null`: it never was one */
export async function findKiosk(
	database: Database,
	secret: string
): Promise<Kiosk | 'closed' | null> {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select()
			.from(kiosks)
			.where(eq(kiosks.id, secretHash(secret)))
	);
	if (!found || found.openedAt === null) return null;
	return found.endedAt === null ? found : 'closed';
}

/** @returns what the clinic is called at which a kiosk stands */
export async function clinicNameOf(
	database: Database,
	{ organizationId, clinicId }: Kiosk
): Promise<string> {
	const [clinic] = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ name: clinics.name })
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)))
	);
	return clinic?.name ?? '';
}

/** @returns a clinic's kiosks, the newest first */
export async function readKiosks(
	database: Database,
	actor: Actor,
	clinicId: string,
	now: number = Date.now()
): Promise<Result<ListedKiosk[]>> {
	const { organizationId } = actor;
	const place = { organizationId, clinicId, practitionerId: null };
	if (!authorize(actor, 'kiosk.write', place)) return refuse('not-allowed');
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select({ kiosk: kiosks, madeBy: users.name })
			.from(kiosks)
			.innerJoin(
				users,
				and(eq(users.organizationId, kiosks.organizationId), eq(users.id, kiosks.madeBy))
			)
			.where(and(eq(kiosks.organizationId, organizationId), eq(kiosks.clinicId, clinicId)))
			.orderBy(desc(kiosks.madeAt))
	);
	return accept(
		rows.map(({ kiosk, madeBy }) => ({
			...{ accountId: kiosk.accountId, name: kiosk.name, madeBy },
			state: kioskState(kiosk, now),
			madeAt: kiosk.madeAt.getTime(),
			openedAt: kiosk.openedAt?.getTime() ?? null,
			endedAt: kiosk.endedAt?.getTime() ?? null
		}))
	);
}

/** Visits that somebody may be here for. */
const EXPECTED: AppointmentStatus[] = ['pending', 'booked', 'arrived', 'checked-in'];

export interface ExpectedVisit {
	appointmentId: string;
	revision: number;
	status: AppointmentStatus;
	firstName: string;
}

/** Reads for the kiosk's own command. @returns today's visits at its clinic of whoever has that name and birth date */
export async function findExpected(
	database: Database,
	{ organizationId, clinicId }: Kiosk,
	{ familyName, birthDate }: Arrival,
	now: number
): Promise<ExpectedVisit[]> {
	const rows = await inOrganization(database, organizationId, (transaction) =>
		transaction
			.select({ visit: appointments, patient: patients, zone: clinics.zone })
			.from(patients)
			.innerJoin(
				appointments,
				and(
					eq(appointments.organizationId, patients.organizationId),
					eq(appointments.patientId, patients.id)
				)
			)
			.innerJoin(
				clinics,
				and(
					eq(clinics.organizationId, appointments.organizationId),
					eq(clinics.id, appointments.clinicId)
				)
			)
			.where(
				and(
					...[eq(patients.organizationId, organizationId), eq(patients.birthDate, birthDate)],
					...[eq(appointments.clinicId, clinicId), inArray(appointments.status, EXPECTED)]
				)
			)
	);
	return rows
		.filter(({ visit, patient, zone }) => {
			const today = dayInterval(localDateOf(now, zone), zone);
			const startsAt = visit.startsAt.getTime();
			const isToday = startsAt >= today.start && startsAt < today.end;
			return isToday && lettersOf(patient.familyName) === lettersOf(familyName);
		})
		.map(({ visit: { id, revision, status }, patient: { givenName } }) => ({
			...{ appointmentId: id, revision, status },
			firstName: givenName.split(' ')[0] ?? ''
		}));
}

/** However it was typed: hyphens, spaces and accents tell no two people apart here. */
const lettersOf = (name: string) => foldText(name).replace(/[^\p{L}\p{N}]/gu, '');
