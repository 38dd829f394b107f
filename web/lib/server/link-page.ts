/** The page behind a link in a message. A GET, a HEAD and whatever follows links change nothing. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { useLink, type LinkUse } from '#domain/messaging/commands/use-link.ts';
import { PATIENT_CANCEL_REASONS } from '#domain/booking/cancel-reason.ts';
import { checkInWindow } from '#domain/scheduling/online-rules.ts';
import type { MessageLink } from '#domain/messaging/queries/links.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { refusedTime } from './booking-page.ts';
import { database } from './database.ts';
import { chosenTime } from './free-times-page.ts';
import { offerBehind, pressOffer } from './offer-page.ts';
import { keepSecret, openLink, stateOf, type OpenedLink } from './opened-link.ts';
import { queueOf } from './queue-place.ts';
import { chosenLanguage } from './site-locale.ts';
import { otherTimes, shownRevision, type OpenedVisit } from './visit-page.ts';
import { countChange, countSearch } from './visitor.ts';

/** What the page shows. */
export async function linkPage(event: RequestEvent) {
	keepSecret(event);
	await countSearch(event);
	const opened = await openLink(event);
	const { link, site, visit } = opened;
	const { name, slug, hue, logo } = site;
	return {
		...{ lang: event.locals.language, site: { name, slug, hue, logo } },
		...{ action: link.action, state: stateOf(opened), usedAt: link.usedAt },
		offer: isOfferAction(link.action) ? await offerBehind(event, opened) : null,
		visit: visit && {
			...{ startsAt: visit.startsAt, endsAt: visit.endsAt, zone: visit.zone },
			...{ clinic: visit.clinic, doctor: visit.doctor, service: visit.service },
			...{ status: visit.status, revision: visit.revision, changesUntil: visit.changesUntil },
			...{ confirmedAt: visit.confirmedAt, arrivedAt: visit.arrivedAt },
			checkInFrom: checkInWindow(visit).from
		},
		queue: link.action === 'check-in' && visit ? await queueOf(site, visit) : null
	};
}

const reasonSchema = z.enum(PATIENT_CANCEL_REASONS).catch('patient-asked');

/** Whoever has an offer's link answers that offer, and nothing else. */
const isOfferAction = (action: MessageLink['action']) =>
	action === 'accept-offer' || action === 'decline-offer';

/** The one button; of an offer one of three. */
export async function pressLink(event: RequestEvent) {
	const opened = await openLink(event);
	const { link, visit, patient } = opened;
	// A mail provider sends for all of its readers from one address.
	if (link.action !== 'unsubscribe') await countChange(event);
	if (link.offerId !== null && isOfferAction(link.action)) return pressOffer(event, opened);
	if (stateOf(opened) !== 'ready') return fail(409, { done: false, message: null, nearest: [] });
	const form = await event.request.formData();
	const use = useOf(opened, form);
	if (!use) return fail(400, { done: false, message: m.visit_changed(), nearest: [] });
	const used = await useLink(database(), patient, link, use);
	if (used.ok) return { done: true, message: null, nearest: [] };
	// Pressed twice at once: the page says what it has come to.
	const now = await openLink(event);
	if (stateOf(now) !== 'ready') return fail(409, { done: false, message: null, nearest: [] });
	const isKnown = visit !== null && used.refusal.code !== 'status-not-possible';
	const message = isKnown ? refusedTime(used.refusal).message : m.visit_changed();
	return fail(409, { done: false, message, nearest: [] });
}

function useOf({ link, visit }: OpenedLink, form: FormData): LinkUse | null {
	const { action } = link;
	if (action === 'unsubscribe') return { action };
	const shown = shownRevision.safeParse(form.get('revision'));
	if (!shown.success || !visit) return null;
	const own = { appointmentId: visit.appointmentId, revision: shown.data };
	switch (action) {
		case 'confirm':
		case 'check-in':
			return { action, visit: own };
		case 'cancel':
			return { action, visit: own, reason: reasonSchema.parse(form.get('reason')) };
		default:
			return null;
	}
}

/** Leads back to the link's own page, which says why, wherever there is nothing to choose. */
async function openForMoving(event: RequestEvent): Promise<OpenedVisit & { link: MessageLink }> {
	const opened = await openLink(event);
	const { link, visit } = opened;
	if (link.action !== 'reschedule' || !visit || stateOf(opened) !== 'ready') {
		redirect(303, pageOf(event));
	}
	return { ...opened, visit };
}

const pageOf = ({ params, url }: RequestEvent, more = '') => {
	const lang = chosenLanguage(url);
	const query = [more, lang ? `lang=${lang}` : ''].filter(Boolean).join('&');
	return `/l/${params.token}${query ? `?${query}` : ''}`;
};

/** Other times for the visit of a link that moves it. */
export async function linkTimesPage(event: RequestEvent) {
	keepSecret(event);
	await countSearch(event);
	const opened = await openForMoving(event);
	const { name, slug, hue, logo } = opened.site;
	const times = await otherTimes(opened, event.url);
	return { ...times, lang: event.locals.language, site: { name, slug, hue, logo } };
}

/** Moves the visit; its old time is free once the new one is committed. */
export async function moveByLink(event: RequestEvent) {
	await countChange(event);
	const { link, visit, patient } = await openForMoving(event);
	const form = await event.request.formData();
	const time = chosenTime(form.get('time'));
	const shown = shownRevision.safeParse(form.get('revision'));
	if (!time || !shown.success) return fail(400, { message: m.times_gone(), nearest: [] });
	const { startsAt, practitionerId, roomId } = time;
	const own = { appointmentId: visit.appointmentId, revision: shown.data };
	const to = { startsAt, practitionerId, roomId };
	const moved = await useLink(database(), patient, link, { action: 'reschedule', visit: own, to });
	if (!moved.ok) return fail(409, refusedTime(moved.refusal));
	redirect(303, pageOf(event, 'moved'));
}
