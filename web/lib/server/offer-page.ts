/** An offered time as its patient sees it, behind a link in a message or signed in, and what they answer. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { visitLinkOf } from '#domain/booking/commands/visit-link.ts';
import { useLink } from '#domain/messaging/commands/use-link.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import { findSite } from '#domain/site/queries.ts';
import type { Site, SiteLanguage } from '#domain/site/site.ts';
import { answerOffer } from '#domain/waitlist/commands/answer-offer.ts';
import { OFFER_ANSWERS, offerStanding } from '#domain/waitlist/offer.ts';
import { nextTimesLike } from '#domain/waitlist/queries/next-times.ts';
import { readOwnOffer, type OwnOffer } from '#domain/waitlist/queries/offers.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { fullTime } from '#web/lib/site/visit-time.ts';
import { refusedTime } from './booking-page.ts';
import { database } from './database.ts';
import type { OpenedLink } from './opened-link.ts';
import { baseOf, signedIn } from './patient-session.ts';
import { directoryOf } from './site-page.ts';
import { countChange, maySearch } from './visitor.ts';

/** @returns what the page shows of an offer; `null`: there is none */
export async function offerBehind(event: RequestEvent, { link, site, patient }: OpenedLink) {
	if (link.offerId === null) return null;
	const offer = await readOwnOffer(database(), patient, link.offerId, event.locals.language);
	if (!offer) return null;
	const now = Date.now();
	const standing = offerStanding(offer, now);
	const isOver = standing === 'over' || standing === 'passed';
	return {
		...{ ...shownOffer(offer), standing, now, stillWaits: offer.stillWaits },
		next: isOver ? await nextTimes(event, site, patient, offer, now) : null,
		/** There are pages to go on to. */
		isPublished: (await findSite(database(), site.slug)) !== null
	};
}

function shownOffer(offer: OwnOffer) {
	const { id, startsAt, expiresAt, zone, clinic, doctor, service } = offer;
	return { id, startsAt, expiresAt, zone, clinic, doctor, service };
}

/** The next free times, and where they are booked; `null`: they cannot be booked on the site. */
async function nextTimes(
	event: RequestEvent,
	site: Site,
	patient: Actor,
	offer: OwnOffer,
	now: number
) {
	if (!(await maySearch(event))) return null;
	const { services, clinics, doctors } = await directoryOf(site);
	const service = services.find(({ id }) => id === offer.service.id);
	const clinic = clinics.find(({ id }) => id === offer.clinic.id);
	if (!service || !clinic) return null;
	const like = {
		...{ clinicId: clinic.id, serviceId: service.id, practitionerId: offer.doctor.id }
	};
	const times = await nextTimesLike(database(), patient, like, now);
	const nameOf = (doctorId: string) => doctors.find(({ id }) => id === doctorId)?.name ?? '';
	return {
		times: times.map((time) => ({
			...{ ...time, clinicId: clinic.id, doctorName: nameOf(time.practitionerId) }
		})),
		query: new URLSearchParams({ service: service.path, clinic: clinic.path }).toString()
	};
}

const answerSchema = z.enum(OFFER_ANSWERS);

/** What was pressed behind a link: any of the three answers, or, of a time that was taken, to see the visit. */
export async function pressOffer(event: RequestEvent, opened: OpenedLink) {
	const { link, patient, site } = opened;
	const form = await event.request.formData();
	const offer = await readOwnOffer(database(), patient, link.offerId!);
	const nothing = { done: false, nearest: [] };
	if (!offer) return fail(404, { ...nothing, message: m.link_nothing() });
	if (form.has('visit')) {
		if (offer.state === 'accepted') await showVisit(event, site, patient, offer.id);
		return fail(409, { ...nothing, message: null });
	}
	const answer = answerSchema.safeParse(form.get('answer'));
	if (!answer.success) return fail(400, { ...nothing, message: m.offer_choose() });
	const { action } = link;
	if (action !== 'accept-offer' && action !== 'decline-offer') {
		return fail(400, { ...nothing, message: m.link_nothing() });
	}
	const used = await useLink(database(), patient, link, {
		...{ action, answer: answer.data, by: 'link' }
	});
	if (!used.ok) return fail(409, { done: false, ...refusedOffer(used.refusal) });
	if (answer.data === 'accept') await showVisit(event, site, patient, offer.id);
	return { done: true, message: null, nearest: [] };
}

/** Leads to the visit's own page, where there is a site that has one; else the offer's own page says it. */
async function showVisit(
	event: RequestEvent,
	site: Site,
	patient: Actor,
	appointmentId: string
): Promise<void> {
	if ((await findSite(database(), site.slug)) === null) return;
	const secret = await visitLinkOf(database(), patient, appointmentId);
	redirect(303, `/${event.locals.language}/${site.slug}/visit/${secret}?booked`);
}

/** @returns what to say; of what is over the page itself says it, with the times that are free */
function refusedOffer(refusal: Refusal) {
	if (refusal.code === 'offer-over') return { message: null, nearest: [] };
	return refusedTime(refusal);
}

const offerId = z.uuid();

/** The same for whoever is signed in, from the page of their visits. */
export async function answerOwnOffer(event: RequestEvent) {
	await countChange(event);
	const { actor } = signedIn(event);
	const form = await event.request.formData();
	const id = offerId.safeParse(form.get('offer'));
	const answer = answerSchema.safeParse(form.get('answer'));
	if (!id.success || !answer.success) return fail(400, { answered: m.offer_choose() });
	const answered = await answerOffer(database(), actor, {
		...{ offerId: id.data, answer: answer.data, by: 'account' }
	});
	if (!answered.ok) {
		const zone = (await readOwnOffer(database(), actor, id.data))?.zone ?? 'UTC';
		return fail(409, { answered: lateWords(answered.refusal, zone, event.locals.language) });
	}
	if (answered.value.appointmentId !== null) {
		redirect(303, `${baseOf(event)}/me/visits/${answered.value.appointmentId}?booked`);
	}
	return { answered: answer.data === 'decline' ? m.offer_declined() : m.offer_passed() };
}

/** @returns why not, and what is free instead */
function lateWords(refusal: Refusal, zone: string, lang: SiteLanguage): string {
	const { message, nearest } = refusedTime(refusal);
	const isOver = refusal.code === 'offer-over' || refusal.code === 'not-found';
	const times = nearest.map((at) => fullTime(at, zone, lang)).join('; ');
	return [isOver ? m.offer_over() : message, times && m.times_nearest({ times })]
		.filter(Boolean)
		.join(' ');
}
