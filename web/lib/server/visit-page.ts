/** The page behind a visit's link: what it is, moving it, cancelling it. A GET changes nothing. */
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
import { patientActor, visitorActor } from '#domain/booking/visitor.ts';
import { judgeCheckIn } from '#domain/scheduling/online-rules.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import type { Site } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { refusedTime } from './booking-page.ts';
import { database } from './database.ts';
import { chosenTime, freeTimes, timesQuerySchema } from './free-times-page.ts';
import { queueOf } from './queue-place.ts';
import { directoryOf, siteOf } from './site-page.ts';
import { countChange, countSearch } from './visitor.ts';

export interface OpenedVisit {
	site: Site;
	visit: VisitBehindLink;
	patient: Actor;
}

/** @returns the visit that the address's secret leads to; every other secret leads nowhere */
async function openVisit(event: RequestEvent): Promise<OpenedVisit> {
	await countSearch(event);
	const { origin } = event.locals;
	const site = await siteOf(event.params.site!);
	const secret = event.params.secret!;
	const link = secret.length <= 64 ? await findVisitLink(database(), secret) : null;
	if (link?.organizationId !== site.organizationId) error(404, m.visit_gone());
	const reader = visitorActor(site, '', origin);
	const visit = await readVisitBehindLink(database(), reader, link.appointmentId);
	if (!visit) error(404, m.visit_gone());
	const patient = patientActor(site, visit.patientId, origin);
	const subject = {
		...{ organizationId: site.organizationId, clinicId: visit.clinic.id },
		...{ practitionerId: visit.doctor.id, patientId: visit.patientId }
	};
	if (!authorize(patient, 'appointment.read', subject)) error(404, m.visit_gone());
	return { site, visit, patient };
}

/** The visit's page. */
export async function visitPage(event: RequestEvent) {
	const { site, visit } = await openVisit(event);
	const { clinics } = await directoryOf(site);
	const { patientId: _, ...shown } = visit;
	const now = Date.now();
	return {
		...shown,
		mayConfirm: isConfirmable(visit.status) && visit.confirmedAt === null && now < visit.startsAt,
		mayCheckIn: isConfirmable(visit.status) && judgeCheckIn(visit, now).ok,
		queue: await queueOf(site, visit),
		clinicPage: clinics.find(({ id }) => id === visit.clinic.id)?.path ?? null,
		isMovable: isMovable(visit.status) && visit.startsAt > now,
		mayChange: now <= visit.changesUntil
	};
}

export const shownRevision = z.coerce.number().int().min(1).max(2_147_483_647);

/** Cancels the visit as it was shown. */
export async function cancelVisit(event: RequestEvent) {
	await countChange(event);
	const { visit, patient } = await openVisit(event);
	const form = await event.request.formData();
	const shown = shownRevision.safeParse(form.get('revision'));
	if (!shown.success) return fail(400, { message: m.visit_changed() });
	const { appointmentId } = visit;
	const verdict = await cancelOwnVisit(
		database(),
		patient,
		{ appointmentId, revision: shown.data },
		'patient-asked'
	);
	if (verdict.outcome === 'accepted') return { message: null };
	return fail(409, { message: refusedTime(verdict.refusal).message });
}

/** Says that the patient will come. */
export function confirmVisit(event: RequestEvent) {
	return sayOf(event, (patient, visit) => confirmOwnVisit(database(), patient, visit));
}

/** Says that the patient is here. */
export function checkInOwnVisit(event: RequestEvent) {
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
	if (verdict.outcome === 'accepted' || verdict.refusal.code === 'status-not-possible')
		return { message: null };
	return fail(409, { message: refusedTime(verdict.refusal).message });
}

/** Other times for the visit: the same service, by default with the same doctor. */
export async function otherTimesPage(event: RequestEvent) {
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
	const { lang, site, secret } = event.params;
	redirect(303, `/${lang}/${site}/visit/${secret}?moved`);
}

/** @returns the visit for somebody's calendar: the same entry is updated when it changes */
export async function visitForCalendar(event: RequestEvent) {
	const { visit } = await openVisit(event);
	return visit;
}
