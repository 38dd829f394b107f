/** Offers as people see them: patients their own, staff those of their clinics. */
import { and, asc, desc, eq, gte, inArray, lt } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { same } from '../../../db/same-key.ts';
import {
	clinics,
	patients,
	practitioners,
	rooms,
	services,
	users,
	waitlistEntries,
	waitlistOffers
} from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { listName } from '../../directory/patient-search.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { SiteLanguage } from '../../site/site.ts';
import { inLanguage } from '../../site/translations.ts';
import type { Urgency } from '../entry.ts';
import type { AnswerWay, OfferState, OfferWay } from '../offer.ts';
import type { Score } from '../score.ts';

/** What a patient is offered. Instants are epoch milliseconds. */
export interface OwnOffer {
	id: string;
	patientId: string;
	entryId: string;
	state: OfferState;
	startsAt: number;
	durationMinutes: number;
	expiresAt: number;
	/** Whether the patient is on the list for this service still. */
	stillWaits: boolean;
	zone: string;
	clinic: { id: string; name: string; address: string; phone: string };
	doctor: { id: string; name: string };
	service: { id: string; name: string; preparation: string };
}

/** @returns what these patients are offered at the moment, the first to end first; of those only whom the actor acts for */
export async function readOffersOf(
	database: Database,
	actor: Actor,
	patientIds: readonly string[],
	{ now = Date.now(), language = 'en' }: { now?: number; language?: SiteLanguage } = {}
): Promise<OwnOffer[]> {
	const { organizationId } = actor;
	const own = patientIds.filter((patientId) => isTheirs(actor, patientId));
	if (own.length === 0) return [];
	const found = await forActor(database, actor, (transaction) =>
		ownOffers(transaction)
			.where(
				and(
					eq(waitlistOffers.organizationId, organizationId),
					inArray(waitlistOffers.patientId, own),
					eq(waitlistOffers.state, 'made'),
					gte(waitlistOffers.expiresAt, new Date(now))
				)
			)
			.orderBy(asc(waitlistOffers.expiresAt))
	);
	return found.map((offer) => toldToPatient(offer, language));
}

/** @returns an offer that was made to the actor or whom they act for, whatever became of it; `null`: none of theirs */
export async function readOwnOffer(
	database: Database,
	actor: Actor,
	offerId: string,
	language: SiteLanguage = 'en'
): Promise<OwnOffer | null> {
	const [found] = await forActor(database, actor, (transaction) =>
		ownOffers(transaction).where(
			and(eq(waitlistOffers.organizationId, actor.organizationId), eq(waitlistOffers.id, offerId))
		)
	);
	if (!found || found.offer.state === 'proposed') return null;
	return isTheirs(actor, found.offer.patientId) ? toldToPatient(found, language) : null;
}

function isTheirs(actor: Actor, patientId: string): boolean {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: null, practitionerId: null, patientId };
	return authorize(actor, 'waitlist.read', subject);
}

function ownOffers(transaction: Transaction) {
	return transaction
		.select({
			...{ offer: waitlistOffers, clinic: clinics, doctor: practitioners, service: services },
			entryState: waitlistEntries.state
		})
		.from(waitlistOffers)
		.innerJoin(waitlistEntries, same(waitlistOffers, waitlistOffers.entryId, waitlistEntries))
		.innerJoin(clinics, same(waitlistOffers, waitlistOffers.clinicId, clinics))
		.innerJoin(practitioners, same(waitlistOffers, waitlistOffers.practitionerId, practitioners))
		.innerJoin(services, same(waitlistOffers, waitlistOffers.serviceId, services));
}

function toldToPatient(
	{ offer, clinic, doctor, service, entryState }: Awaited<ReturnType<typeof ownOffers>>[number],
	language: SiteLanguage
): OwnOffer {
	const { id, patientId, entryId, state, durationMinutes } = offer;
	return {
		...{ id, patientId, entryId, state, durationMinutes, zone: clinic.zone },
		stillWaits: entryState === 'waiting',
		...{ startsAt: offer.startsAt.getTime(), expiresAt: offer.expiresAt.getTime() },
		clinic: { id: clinic.id, name: clinic.name, address: clinic.address, phone: clinic.phone },
		doctor: { id: doctor.id, name: doctor.name },
		service: {
			id: service.id,
			...inLanguage(
				{ name: service.name, preparation: service.preparation },
				service.translations,
				language
			)
		}
	};
}

/** An offer with the names of what is in it, and why it was made. Instants are epoch milliseconds. */
export interface OfferRow {
	id: string;
	openingId: string | null;
	entryId: string;
	urgency: Urgency;
	patient: { id: string; name: string };
	state: OfferState;
	way: OfferWay;
	round: number;
	startsAt: number;
	durationMinutes: number;
	expiresAt: number;
	madeAt: number;
	/** `null`: it holds. */
	endedAt: number | null;
	clinic: { id: string; name: string; zone: string };
	doctor: { id: string; name: string };
	room: { id: string; name: string };
	service: { id: string; name: string };
	/** Why this patient; `null`: it was no engine that chose. */
	score: Score | null;
	/** What staff said why; empty: nothing. */
	reason: string;
	/** Who of staff made, approved or skipped it. */
	decidedBy: string | null;
	answeredBy: AnswerWay | null;
}

export interface OfferSearch {
	/** Left out: every clinic at which the actor decides about offers. */
	clinicId?: string;
	/** When the offered time begins: from then on, and before then; epoch milliseconds. */
	from: number;
	until: number;
	/** Left out: all. */
	states?: readonly OfferState[];
	/** At most 200. */
	limit?: number;
}

export const MOST_OFFERS = 200;

/** @returns offers, the latest made first; `not-allowed` */
export async function listOffers(
	database: Database,
	actor: Actor,
	{ clinicId, from, until, states, limit = MOST_OFFERS }: OfferSearch
): Promise<Result<OfferRow[]>> {
	const { organizationId } = actor;
	const may = (clinic: string | null) =>
		authorize(actor, 'waitlist.offer', {
			...{ organizationId, clinicId: clinic, practitionerId: null }
		});
	const own = may(null) ? null : clinicsOf(actor).filter(may);
	if (clinicId !== undefined ? !may(clinicId) : own?.length === 0) return refuse('not-allowed');
	const at = clinicId === undefined ? own : [clinicId];
	const rows = await forActor(database, actor, (transaction) =>
		transaction
			.select({
				...{ offer: waitlistOffers, clinic: clinics, doctor: practitioners.name },
				...{ room: rooms.name, service: services.name, urgency: waitlistEntries.urgency },
				...{ familyName: patients.familyName, givenName: patients.givenName },
				decidedBy: users.name
			})
			.from(waitlistOffers)
			.innerJoin(clinics, same(waitlistOffers, waitlistOffers.clinicId, clinics))
			.innerJoin(practitioners, same(waitlistOffers, waitlistOffers.practitionerId, practitioners))
			.innerJoin(rooms, same(waitlistOffers, waitlistOffers.roomId, rooms))
			.innerJoin(services, same(waitlistOffers, waitlistOffers.serviceId, services))
			.innerJoin(patients, same(waitlistOffers, waitlistOffers.patientId, patients))
			.innerJoin(waitlistEntries, same(waitlistOffers, waitlistOffers.entryId, waitlistEntries))
			.leftJoin(users, same(waitlistOffers, waitlistOffers.decidedBy, users))
			.where(
				and(
					eq(waitlistOffers.organizationId, organizationId),
					at === null ? undefined : inArray(waitlistOffers.clinicId, at),
					gte(waitlistOffers.startsAt, new Date(from)),
					lt(waitlistOffers.startsAt, new Date(until)),
					states === undefined ? undefined : inArray(waitlistOffers.state, [...states])
				)
			)
			.orderBy(desc(waitlistOffers.madeAt), desc(waitlistOffers.id))
			.limit(Math.min(limit, MOST_OFFERS))
	);
	return accept(
		rows.map(({ offer, clinic, familyName, givenName, ...row }) => {
			const { id, openingId, entryId, state, way, round, durationMinutes, reason } = offer;
			const { total, parts, answeredBy } = offer;
			return {
				...{ id, openingId, entryId, urgency: row.urgency, state, way, round, reason, answeredBy },
				patient: { id: offer.patientId, name: listName({ familyName, givenName }) },
				...{ startsAt: offer.startsAt.getTime(), durationMinutes, decidedBy: row.decidedBy },
				...{ expiresAt: offer.expiresAt.getTime(), madeAt: offer.madeAt.getTime() },
				endedAt: offer.endedAt?.getTime() ?? null,
				clinic: { id: clinic.id, name: clinic.name, zone: clinic.zone },
				doctor: { id: offer.practitionerId, name: row.doctor },
				room: { id: offer.roomId, name: row.room },
				service: { id: offer.serviceId, name: row.service },
				score: total === null || parts === null ? null : { total, parts }
			};
		})
	);
}

const clinicsOf = (actor: Actor) => [
	...new Set(actor.roles.flatMap((role) => role.clinicId ?? []))
];
