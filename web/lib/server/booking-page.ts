/** The steps of booking on the public site: which service, which time, who; all of it works without scripts. */
import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { bookKept, bookKeptFor, keepTime } from '#domain/booking/commands.ts';
import { patientDetailsSchema, type DetailFault } from '#domain/booking/patient-details.ts';
import { readKeptTime } from '#domain/booking/queries.ts';
import { localDateOf } from '#domain/availability/local-day.ts';
import { releaseHold } from '#domain/scheduling/commands/holds.ts';
import { holdSchema } from '#domain/scheduling/holds.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import type { Site } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { database } from './database.ts';
import { chosenTime, freeTimes, timesQuerySchema } from './free-times-page.ts';
import { baseOf, patientOf, rememberGiven } from './patient-session.ts';
import { directoryOf, named, siteOf } from './site-page.ts';
import { countChange, countSearch, markedVisitor, visitorOf } from './visitor.ts';

/** What was asked for, to come back to it. */
function askedFor({ url }: RequestEvent): string {
	const asked = ['service', 'clinic', 'doctor'].flatMap((name) => {
		const value = url.searchParams.get(name);
		return value ? [[name, value]] : [];
	});
	return new URLSearchParams(asked).toString();
}

/** The page of free times. */
export async function timesPage(event: RequestEvent) {
	await countSearch(event);
	const site = await siteOf(event.params.site!);
	const directory = await directoryOf(site);
	const query = timesQuerySchema.parse(Object.fromEntries(event.url.searchParams));
	const service = named(directory.services, query.service ?? '');
	const found = await freeTimes(visitorOf(event, site), directory, service, query, Date.now());
	const doctors = directory.doctors.filter(({ serviceIds }) => serviceIds.includes(service.id));
	return { ...found, query, service, clinics: directory.clinics, doctors };
}

/** Keeps the time that was chosen and goes on to the details; else says why not, with the nearest others. */
export async function keepChosen(event: RequestEvent) {
	await countChange(event);
	const site = await siteOf(event.params.site!);
	const form = await event.request.formData();
	const time = chosenTime(form.get('time'));
	const { services } = await directoryOf(site);
	const service = named(services, event.url.searchParams.get('service') ?? '');
	const wish = holdSchema.safeParse({ ...time, serviceId: service.id });
	if (!wish.success) return fail(400, { message: m.times_gone(), nearest: [] });
	const kept = await keepTime(database(), markedVisitor(event, site), wish.data);
	if (!kept.ok) return fail(409, refusedTime(kept.refusal));
	redirect(303, `${baseOf(event)}/book/details/${kept.value.id}?${askedFor(event)}`);
}

/** @returns what to say, and the nearest times that would work (epoch milliseconds) */
export function refusedTime({ code, alternatives = [] }: Refusal) {
	const nearest = alternatives.map(({ startsAt }) => startsAt);
	return { message: refusalWords(code), nearest };
}

function refusalWords(code: Refusal['code']): string {
	switch (code) {
		case 'age-not-fitting':
			return m.refused_age();
		case 'referral-needed':
			return m.refused_referral();
		case 'patient-busy':
			return m.refused_busy();
		case 'too-late':
		case 'too-early':
			return m.times_too_late();
		case 'too-busy':
			return m.times_wait();
		case 'only-new-patients':
		case 'only-established-patients':
		case 'sex-not-fitting':
		case 'staff-only':
		case 'not-allowed':
			return m.refused_other();
		case 'stale-revision':
			return m.visit_changed();
		default:
			return m.times_gone();
	}
}

const holdId = z.uuid();

async function keptTime(event: RequestEvent, site: Site) {
	const id = holdId.safeParse(event.params.hold);
	if (!id.success) error(404, m.not_found());
	const kept = await readKeptTime(
		database(),
		visitorOf(event, site),
		id.data,
		event.locals.language
	);
	return { id: id.data, kept };
}

/**
 * The page of who is coming; `kept` is `null` once the time is not kept any more. Whoever is signed in chooses from
 * `people`; `null`: is a guest, or books as one (`?guest`).
 */
export async function detailsPage(event: RequestEvent) {
	event.setHeaders({ 'cache-control': 'private, no-store' });
	const site = await siteOf(event.params.site!);
	const { kept } = await keptTime(event, site);
	const patient = event.url.searchParams.has('guest') ? null : await patientOf(event, site);
	const people = patient?.children.map(({ id, givenName }) => ({ id, name: givenName })) ?? [];
	return {
		...{ kept, now: Date.now(), askedFor: askedFor(event) },
		self: patient && { id: patient.self.id, name: patient.self.givenName },
		family: people
	};
}

const personId = z.uuid();

/** Books the time that is kept for whoever is signed in, or a child of theirs: nothing is asked again. */
export async function bookForPerson(event: RequestEvent) {
	await countChange(event);
	const site = await siteOf(event.params.site!);
	const { id, kept } = await keptTime(event, site);
	const nothing = { faults: {}, typed: {} };
	if (!kept) return fail(409, { ...nothing, message: m.details_over() });
	const patient = await patientOf(event, site);
	if (!patient) return fail(401, { ...nothing, message: m.account_again() });
	const who = personId.safeParse((await event.request.formData()).get('who'));
	if (!who.success) return fail(400, { ...nothing, message: m.refused_other() });
	const actors = { visitor: visitorOf(event, site), patient: patient.actor };
	const booked = await bookKeptFor(database(), actors, { holdId: id, patientId: who.data });
	if (!booked.ok) return fail(409, { ...nothing, message: refusedTime(booked.refusal).message });
	redirect(303, `${baseOf(event)}/me/visits/${booked.value}?booked`);
}

/** Books the time that is kept. */
export async function bookDetails(event: RequestEvent) {
	await countChange(event);
	const site = await siteOf(event.params.site!);
	const { id, kept } = await keptTime(event, site);
	if (!kept) return fail(409, { faults: {}, message: m.details_over(), typed: {} });
	const form = Object.fromEntries(await event.request.formData());
	const parsed = patientDetailsSchema(localDateOf(Date.now(), kept.zone)).safeParse(form);
	if (!parsed.success) {
		return fail(400, { faults: faultsOf(parsed.error), message: m.details_check(), typed: form });
	}
	const booked = await bookKept(database(), visitorOf(event, site), {
		holdId: id,
		details: parsed.data
	});
	if (!booked.ok) {
		const { message } = refusedTime(booked.refusal);
		return fail(409, { faults: {}, message, typed: form });
	}
	const { email, phone } = parsed.data;
	if (email) rememberGiven(event, { kind: 'email', value: email });
	else if (phone) rememberGiven(event, { kind: 'phone', value: phone });
	redirect(303, `${baseOf(event)}/visit/${booked.value.secret}?booked`);
}

/** The first fault of each field. */
export function faultsOf({ issues }: z.ZodError): Partial<Record<string, DetailFault>> {
	return Object.fromEntries(
		issues.toReversed().map(({ path, message }) => [String(path[0]), message as DetailFault])
	);
}

/** Gives the time back: somebody left, or chooses another one. */
export async function leaveKept(event: RequestEvent): Promise<void> {
	const site = await siteOf(event.params.site!);
	const id = holdId.safeParse(event.params.hold);
	if (id.success) await releaseHold(database(), visitorOf(event, site), id.data);
}
