/** What the booking pages show: free times, the time that is kept, the visit behind a link. */
import { and, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { same } from '../../db/same-key.ts';
import {
	appointments,
	clinics,
	holds,
	practitioners,
	rooms,
	services,
	visitLinks
} from '../../db/schema/index.ts';
import { secretHash } from '../../db/sessions.ts';
import { findingOrganization, forActor } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { holdOwnerOf } from '../scheduling/holds.ts';
import { lastChangeOnline } from '../scheduling/online-rules.ts';
import type { AppointmentStatus } from '../scheduling/appointment.ts';
import type { SiteLanguage } from '../site/site.ts';
import { inLanguage } from '../site/translations.ts';

/** What a patient is told of a time: with whom, where, for what. */
export interface ToldVisit {
	/** Epoch milliseconds. */
	startsAt: number;
	endsAt: number;
	zone: string;
	clinic: { id: string; name: string; address: string; phone: string };
	doctor: { id: string; name: string };
	service: { id: string; name: string; preparation: string; priceMinor: number | null };
}

/** @returns the time that a visitor keeps and until when, or `null` when it is not kept any more */
export async function readKeptTime(
	database: Database,
	visitor: Actor,
	holdId: string,
	language: SiteLanguage
): Promise<(ToldVisit & { expiresAt: number }) | null> {
	const { organizationId } = visitor;
	const [found] = await forActor(database, visitor, (transaction) =>
		transaction
			.select({ time: holds, clinic: clinics, doctor: practitioners, service: services })
			.from(holds)
			.innerJoin(clinics, same(holds, holds.clinicId, clinics))
			.innerJoin(practitioners, same(holds, holds.practitionerId, practitioners))
			.innerJoin(services, same(holds, holds.serviceId, services))
			.where(
				and(
					eq(holds.organizationId, organizationId),
					eq(holds.id, holdId),
					eq(holds.owner, holdOwnerOf(visitor)),
					gt(holds.expiresAt, sql`now()`)
				)
			)
	);
	return found ? { ...told(found, language), expiresAt: found.time.expiresAt.getTime() } : null;
}

export interface VisitBehindLink extends ToldVisit {
	appointmentId: string;
	patientId: string;
	revision: number;
	status: AppointmentStatus;
	/** Until when the patient may move or cancel it (epoch milliseconds). */
	changesUntil: number;
	/** When it was booked. */
	bookedAt: number;
	roomId: string;
	/** What the door says. */
	roomName: string;
	/** When somebody said that the patient will come (epoch milliseconds). */
	confirmedAt: number | null;
	/** When the patient came. */
	arrivedAt: number | null;
	/** The service asks for a referral that nobody has seen. */
	referralMissing: boolean;
}

/** @returns which visit a link's secret leads to, or `null` when it leads nowhere (any more) */
export async function findVisitLink(
	database: Database,
	secret: string
): Promise<{ organizationId: string; appointmentId: string } | null> {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select()
			.from(visitLinks)
			.where(and(eq(visitLinks.id, secretHash(secret)), gt(visitLinks.expiresAt, sql`now()`)))
	);
	return found ?? null;
}

/** @returns the visit as its patient sees it; the link that led here is what entitles to it */
export async function readVisitBehindLink(
	database: Database,
	visitor: Actor,
	appointmentId: string,
	language: SiteLanguage
): Promise<VisitBehindLink | null> {
	const { organizationId } = visitor;
	const [found] = await forActor(database, visitor, (transaction) =>
		transaction
			.select({
				...{ time: appointments, clinic: clinics, doctor: practitioners, service: services },
				roomName: rooms.name
			})
			.from(appointments)
			.innerJoin(rooms, same(appointments, appointments.roomId, rooms))
			.innerJoin(clinics, same(appointments, appointments.clinicId, clinics))
			.innerJoin(practitioners, same(appointments, appointments.practitionerId, practitioners))
			.innerJoin(services, same(appointments, appointments.serviceId, services))
			.where(
				and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
			)
	);
	if (!found) return null;
	const { id, patientId, revision, status, startsAt, roomId, confirmedAt, arrivedAt } = found.time;
	return {
		...told(found, language),
		...{ appointmentId: id, patientId, revision, status, roomId, roomName: found.roomName },
		confirmedAt: confirmedAt?.getTime() ?? null,
		arrivedAt: arrivedAt?.getTime() ?? null,
		referralMissing: found.service.referralNeeded && !found.time.referralSeen,
		bookedAt: found.time.bookedAt.getTime(),
		changesUntil: lastChangeOnline(startsAt.getTime(), found.service)
	};
}

interface Found {
	time: { startsAt: Date; endsAt: Date };
	clinic: typeof clinics.$inferSelect;
	doctor: typeof practitioners.$inferSelect;
	service: typeof services.$inferSelect;
}

/** @returns what a patient is told of a time that was read, in a language */
export function told({ time, clinic, doctor, service }: Found, language: SiteLanguage): ToldVisit {
	const { id, name, address, phone, zone } = clinic;
	const { name: serviceName, preparation, translations } = service;
	return {
		...{ startsAt: time.startsAt.getTime(), endsAt: time.endsAt.getTime(), zone },
		clinic: { id, name, address, phone },
		doctor: { id: doctor.id, name: doctor.name },
		service: {
			...{ id: service.id, priceMinor: service.priceMinor },
			...inLanguage({ name: serviceName, preparation }, translations, language)
		}
	};
}
