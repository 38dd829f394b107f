/** Booking on the public site: keep a time, say who you are, and it is booked; later move or cancel it. */
import { and, eq, ne } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { holds, practitioners, services } from '../../db/schema/index.ts';
import { forActor } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { carryOut } from '../scheduling/commands.ts';
import { takeHold } from '../scheduling/commands/holds.ts';
import { holdOwnerOf, type Hold, type HoldWish } from '../scheduling/holds.ts';
import type { CancelReason, CheckInWay, Intent } from '../scheduling/intents.ts';
import { judgeBookingOnline } from '../scheduling/online-rules.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import type { Verdict } from '../scheduling/verdict.ts';
import { patientFor } from './commands/patient-for.ts';
import { visitLinkOf } from './commands/visit-link.ts';
import type { PatientDetails } from './patient-details.ts';

/**
 * Keeps a time for a visitor, who gives back whatever they kept before: one browser keeps one time.
 * @returns the hold, or why it cannot be kept, with the nearest times that can
 */
export async function keepTime(
	database: Database,
	visitor: Actor,
	wish: HoldWish,
	now: number = Date.now()
): Promise<Result<Hold>> {
	const { organizationId } = visitor;
	const [offer] = await forActor(database, visitor, async (transaction) => {
		const own = eq(holds.organizationId, organizationId);
		await transaction
			.delete(holds)
			.where(and(own, eq(holds.owner, holdOwnerOf(visitor)), ne(holds.id, wish.id ?? NOBODY)));
		return transaction
			.select({ service: services, listed: practitioners.listed })
			.from(services)
			.innerJoin(
				practitioners,
				and(
					eq(practitioners.organizationId, services.organizationId),
					eq(practitioners.id, wish.practitionerId)
				)
			)
			.where(and(eq(services.organizationId, organizationId), eq(services.id, wish.serviceId)));
	});
	if (!offer?.listed) return refuse('not-found', { field: 'practitionerId' });
	const allowed = judgeBookingOnline(wish.startsAt, offer.service, now);
	if (!allowed.ok) return allowed;
	// What was sent with the time is not asked: the visit is as long as the service takes with this doctor.
	const { durationMinutes: _, ...place } = wish;
	return takeHold(database, visitor, place, now);
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

export interface BookedOnline {
	appointmentId: string;
	/** The secret of the link with which whoever booked comes back. */
	secret: string;
}

/**
 * Books the time that the visitor keeps. Somebody who gives the same name, birth date and contact as before is the
 * same patient; nothing that is answered tells whether there was one.
 */
export async function bookKept(
	database: Database,
	visitor: Actor,
	{ holdId, details }: { holdId: string; details: PatientDetails },
	now: number = Date.now()
): Promise<Result<BookedOnline>> {
	const hold = await keptHold(database, visitor, holdId, now);
	if (!hold) return refuse('not-found', { field: 'holdId' });
	const patientId = await patientOfDetails(database, visitor, details);
	const booked = await bookHold(database, visitor, { hold, patientId }, now);
	if (!booked.ok) return booked;
	const appointmentId = booked.value;
	return accept({
		appointmentId,
		secret: await visitLinkOf(database, visitor, appointmentId)
	});
}

/**
 * The same for whoever is signed in: nothing is asked again.
 * @param visitor whose browser keeps the time
 * @param patientId the patient, or a child that they act for
 * @returns the visit's id; `not-allowed` for anybody else
 */
export async function bookKeptFor(
	database: Database,
	{ visitor, patient }: { visitor: Actor; patient: Actor },
	{ holdId, patientId }: { holdId: string; patientId: string },
	now: number = Date.now()
): Promise<Result<string>> {
	const hold = await keptHold(database, visitor, holdId, now);
	if (!hold) return refuse('not-found', { field: 'holdId' });
	const holdOwner = holdOwnerOf(visitor);
	return bookHold(database, { ...patient, holdOwner }, { hold, patientId }, now);
}

type KeptHold = typeof holds.$inferSelect;

/** @returns the time that a visitor keeps, or `null` when it is not kept (any more) */
async function keptHold(
	database: Database,
	visitor: Actor,
	holdId: string,
	now: number
): Promise<KeptHold | null> {
	const [hold] = await forActor(database, visitor, (transaction) =>
		transaction
			.select()
			.from(holds)
			.where(
				and(
					eq(holds.organizationId, visitor.organizationId),
					eq(holds.id, holdId),
					eq(holds.owner, holdOwnerOf(visitor))
				)
			)
	);
	return hold && hold.expiresAt.getTime() > now ? hold : null;
}

/** @returns the id of the visit that was booked */
async function bookHold(
	database: Database,
	actor: Actor,
	{ hold, patientId }: { hold: KeptHold; patientId: string },
	now: number
): Promise<Result<string>> {
	const { clinicId, practitionerId, roomId, serviceId } = hold;
	const intent: Intent = {
		// The same for whoever sends the form twice; another for whom the time may suit if it does not suit the first.
		...{ kind: 'book', id: `online/${hold.id}/${patientId}`, madeAt: now, appointmentId: hold.id },
		changes: {
			...{ clinicId, practitionerId, roomId, serviceId, patientId },
			startsAt: hold.startsAt.getTime()
		}
	};
	const verdict = await carryOut(database, actor, intent, { now, source: 'online' });
	if (verdict.outcome === 'refused') return { ok: false, refusal: verdict.refusal };
	return accept(verdict.subjectId);
}

export interface OwnVisit {
	appointmentId: string;
	/** As it was shown to whoever decided. */
	revision: number;
}

/** Moves a visit of the patient's to a time that is free; the old time is released only with it. */
export function moveOwnVisit(
	database: Database,
	patient: Actor,
	visit: OwnVisit,
	to: { startsAt: number; practitionerId: string; roomId: string },
	now: number = Date.now()
): Promise<Verdict> {
	return change(database, patient, { ...shared(visit, now), kind: 'move', changes: to }, now);
}

/** Cancels a visit of the patient's. */
export function cancelOwnVisit(
	database: Database,
	patient: Actor,
	visit: OwnVisit,
	reason: CancelReason,
	now: number = Date.now()
): Promise<Verdict> {
	return change(
		database,
		patient,
		{ ...shared(visit, now), kind: 'cancel', changes: { reason } },
		now
	);
}

/** Says that the patient will come. What else changed about the visit since it was shown is not in the way. */
export function confirmOwnVisit(
	database: Database,
	patient: Actor,
	visit: OwnVisit,
	now: number = Date.now()
): Promise<Verdict> {
	const changes = { confirmed: true };
	return carryOut(
		database,
		patient,
		{ ...shared(visit, now), kind: 'confirm', changes },
		{ now, source: 'online' }
	);
}

/** Says that the patient is here. @param actor the patient, or the kiosk that they said it to */
export function checkInVisit(
	database: Database,
	actor: Actor,
	visit: OwnVisit,
	by: CheckInWay,
	now: number = Date.now()
): Promise<Verdict> {
	return carryOut(
		database,
		actor,
		{ ...shared(visit, now), kind: 'check-in', changes: { by } },
		{ now, source: 'online' }
	);
}

function shared({ appointmentId, revision }: OwnVisit, now: number) {
	return { id: crypto.randomUUID(), madeAt: now, appointmentId, basedOnRevision: revision };
}

function change(database: Database, patient: Actor, intent: Intent, now: number): Promise<Verdict> {
	return carryOut(database, patient, intent, { now, source: 'online', exactRevision: true });
}

/** For whoever books nothing yet. @returns the patient that these details are of, made when there is none */
export function patientOfDetails(
	database: Database,
	visitor: Actor,
	details: PatientDetails
): Promise<string> {
	return forActor(database, visitor, (transaction) =>
		patientFor(transaction, visitor.organizationId, details)
	);
}
