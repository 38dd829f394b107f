/**
 * A visit's page, behind its link or for whoever is signed in: what it is, moving it, cancelling it. A GET changes
 * nothing.
 */
import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { authorize } from '#domain/access/authorize.ts';
import type { Actor } from '#domain/access/actor.ts';
import { isConfirmable, isMovable } from '#domain/scheduling/appointment.ts';
import {
	cancelOwnVisit,
	checkInVisit,
	confirmOwnVisit,
	moveOwnVisit,
	type OwnVisit
} from '#domain/booking/commands.ts';
import {
	findVisitLink,
	readVisitBehindLink,
	type VisitBehindLink
} from '#domain/booking/queries.ts';
import { PATIENT_CANCEL_REASONS } from '#domain/booking/cancel-reason.ts';
import { patientActor, visitorActor } from '#domain/booking/visitor.ts';
import { readOwnVisit } from '#domain/patients/queries/visits.ts';
import { judgeCheckIn } from '#domain/scheduling/online-rules.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import type { Site } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { refusedTime } from './booking-page.ts';
import { database } from './database.ts';
import { chosenTime, freeTimes, timesQuerySchema } from './free-times-page.ts';
import { signedIn } from './patient-session.ts';
import { pushChoice } from './push-page.ts';
import { queueOf } from './queue-place.ts';
import { directoryOf, siteOf } from './site-page.ts';
import { visitCalendar } from './visit-calendar.ts';
import { countChange, countSearch } from './visitor.ts';

export interface OpenedVisit {
	site: Site;
	visit: VisitBehindLink;
	/** Acts as the visit's patient. */
	patient: Actor;
	/** The child whose visit it is, for whoever is signed in as the parent. */
	childName: string | null;
}

/** @returns the visit that the address leads to, by its link's secret or as one's own; every other leads nowhere */
export async function openVisit(event: RequestEvent): Promise<OpenedVisit> {
	await countSearch(event);
	const site = await siteOf(event.params.site!);
	const opened =
		event.params.secret === undefined
			? await openOwn(event, site)
			: await openByLink(event, site, event.params.secret);
	const { visit, patient } = opened;
	const subject = {
		...{ organizationId: site.organizationId, clinicId: visit.clinic.id },
		...{ practitionerId: visit.doctor.id, patientId: visit.patientId }
	};
	if (!authorize(patient, 'appointment.read', subject)) error(404, m.visit_gone());
	return { site, ...opened };
}

type Opened = Omit<OpenedVisit, 'site'>;

async function openByLink(event: RequestEvent, site: Site, secret: string): Promise<Opened> {
	const { origin } = event.locals;
	const link = secret.length <= 64 ? await findVisitLink(database(), secret) : null;
	if (link?.organizationId !== site.organizationId) error(404, m.visit_gone());
	const reader = visitorActor(site, '', origin);
	const visit = await readVisitBehindLink(
		database(),
		reader,
		link.appointmentId,
		event.locals.language
	);
	if (!visit) error(404, m.visit_gone());
	return { visit, patient: patientActor(site, visit.patientId, origin), childName: null };
}

const visitId = z.uuid();

async function openOwn(event: RequestEvent, site: Site): Promise<Opened> {
	const { actor, children } = signedIn(event);
	const id = visitId.safeParse(event.params.visit);
	const isHere = actor.organizationId === site.organizationId;
	const visit =
		id.success && isHere
			? await readOwnVisit(database(), actor, id.data, event.locals.language)
			: null;
	if (!visit) error(404, m.not_found());
	const child = children.find(({ id: childId }) => childId === visit.patientId);
	return { visit, patient: actor, childName: child?.givenName ?? null };
}

/** The visit's page. */
export async function visitPage(event: RequestEvent) {
	// The address is the key, or the visit somebody's own: it is kept by nobody.
	event.setHeaders({ 'cache-control': 'private, no-store' });
	const { site, visit, patient, childName } = await openVisit(event);
	const isLink = event.params.secret !== undefined;
	// Whoever is signed in is told of their children's visits with their own.
	const toldId = isLink ? visit.patientId : signedIn(event).self.id;
	const { clinics } = await directoryOf(site);
	const { patientId: _, ...shown } = visit;
	const now = Date.now();
	return {
		visit: {
			...{ ...shown, childName, isLink, push: await pushChoice(patient, toldId) },
			mayConfirm: isConfirmable(visit.status) && visit.confirmedAt === null && now < visit.startsAt,
			mayCheckIn: isConfirmable(visit.status) && judgeCheckIn(visit, now).ok,
			queue: await queueOf(site, visit),
			clinicPage: clinics.find(({ id }) => id === visit.clinic.id)?.path ?? null,
			isMovable: isMovable(visit.status) && visit.startsAt > now,
			mayChange: now <= visit.changesUntil
		},
		news: newsOf(event.url, now - visit.bookedAt)
	};
}

/** An address that was kept says it still, and it is no news any more. */
const BOOKED_JUST_NOW_MS = 3_600_000;

/** What has just been done, to say so. @param sinceBooked milliseconds */
function newsOf({ searchParams }: URL, sinceBooked: number): 'booked' | 'moved' | null {
	if (searchParams.has('booked') && sinceBooked < BOOKED_JUST_NOW_MS) return 'booked';
	return searchParams.has('moved') ? 'moved' : null;
}

/** As the page showed it. */
export const shownRevision = z.coerce.number().int().min(1).max(2_147_483_647);

const reasonSchema = z.enum(PATIENT_CANCEL_REASONS);

/** Cancels the visit as it was shown, for the reason that was chosen. */
async function cancelVisit(event: RequestEvent) {
	await countChange(event);
	const { visit, patient } = await openVisit(event);
	const form = await event.request.formData();
	const shown = shownRevision.safeParse(form.get('revision'));
	if (!shown.success) return fail(400, { message: m.visit_changed() });
	const reason = reasonSchema.safeParse(form.get('reason'));
	if (!reason.success)
		return fail(400, { message: m.account_reason_missing(), isReasonMissing: true });
	const { appointmentId } = visit;
	const verdict = await cancelOwnVisit(
		database(),
		patient,
		{ appointmentId, revision: shown.data },
		reason.data
	);
	if (verdict.outcome !== 'refused') return { message: null };
	return fail(409, { message: refusedTime(verdict.refusal).message });
}

/** Says that the patient will come. */
function confirmVisit(event: RequestEvent) {
	return sayOf(event, (patient, visit) => confirmOwnVisit(database(), patient, visit));
}

/** Says that the patient is here. */
function checkInOwnVisit(event: RequestEvent) {
	return sayOf(event, (patient, visit) => checkInVisit(database(), patient, visit, 'link'));
}

async function sayOf(
	event: RequestEvent,
	say: (patient: Actor, visit: OwnVisit) => Promise<Verdict>
) {
	await countChange(event);
	const { visit, patient } = await openVisit(event);
	const shown = shownRevision.safeParse((await event.request.formData()).get('revision'));
	if (!shown.success) return fail(400, { message: m.visit_changed() });
	const { appointmentId } = visit;
	const verdict = await say(patient, { appointmentId, revision: shown.data });
	// Whoever presses twice is told what has come of it, by the page itself.
	if (verdict.outcome !== 'refused' || verdict.refusal.code === 'status-not-possible')
		return { message: null };
	return fail(409, { message: refusedTime(verdict.refusal).message });
}

/** What the page's forms do. */
export const visitActions = {
	cancel: (event: RequestEvent) => cancelVisit(event),
	confirm: (event: RequestEvent) => confirmVisit(event),
	arrive: (event: RequestEvent) => checkInOwnVisit(event)
};

/** Other times for the visit: the same service, by default with the same doctor. */
export async function otherTimesPage(event: RequestEvent) {
	event.setHeaders({ 'cache-control': 'private, no-store' });
	return otherTimes(await openVisit(event), event.url);
}

/** @param address with what of the times is asked for */
export async function otherTimes({ site, visit, patient }: OpenedVisit, address: URL) {
	const directory = await directoryOf(site);
	const service = directory.services.find(({ id }) => id === visit.service.id);
	if (!service) error(404, m.refused_other());
	const doctors = directory.doctors.filter(({ serviceIds }) => serviceIds.includes(service.id));
	const own = doctors.find(({ id }) => id === visit.doctor.id);
	const asked = timesQuerySchema.parse(Object.fromEntries(address.searchParams));
	// A visit stays at its clinic: another one is another visit.
	const clinic = directory.clinics.find(({ id }) => id === visit.clinic.id)!.path;
	const query = { ...asked, clinic, doctor: asked.doctor ?? own?.path };
	const found = await freeTimes(patient, directory, service, query, Date.now());
	return {
		...found,
		query,
		service,
		clinics: directory.clinics,
		doctors,
		revision: visit.revision
	};
}

/** Moves the visit; its old time is free once the new one is committed. */
export async function moveVisit(event: RequestEvent) {
	await countChange(event);
	const { visit, patient } = await openVisit(event);
	const form = await event.request.formData();
	const time = chosenTime(form.get('time'));
	const shown = shownRevision.safeParse(form.get('revision'));
	if (!time || !shown.success) return fail(400, { message: m.times_gone(), nearest: [] });
	const { startsAt, practitionerId, roomId } = time;
	const { appointmentId } = visit;
	const verdict = await moveOwnVisit(
		database(),
		patient,
		{ appointmentId, revision: shown.data },
		{ startsAt, practitionerId, roomId }
	);
	if (verdict.outcome === 'refused') return fail(409, refusedTime(verdict.refusal));
	redirect(303, `${event.url.pathname.replace(/\/times$/, '')}?moved`);
}

/** @returns the visit for somebody's calendar: the same entry is updated when it changes */
export async function calendarFile(event: RequestEvent): Promise<Response> {
	const { visit } = await openVisit(event);
	const address = event.url.href.replace(/\/calendar\.ics$/, '');
	return new Response(visitCalendar(visit, address), {
		headers: {
			'content-type': 'text/calendar; charset=utf-8',
			'content-disposition': 'attachment; filename="visit.ics"',
			'cache-control': 'private, no-store'
		}
	});
}
