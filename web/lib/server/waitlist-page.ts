/** Joining the waitlist on the public site: what for, when it suits, who. Works without scripts. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { localDateOf } from '#domain/availability/local-day.ts';
import { patientOfDetails } from '#domain/booking/commands.ts';
import { patientDetailsSchema, type PatientDetails } from '#domain/booking/patient-details.ts';
import { peopleOf, type SignedInPatient } from '#domain/patients/signed-in.ts';
import { byPath, type Site } from '#domain/site/site.ts';
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import { DAY_PARTS, NOTICES, type DayPart } from '#web/lib/site/waitlist-choices.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { faultsOf } from './booking-page.ts';
import { database } from './database.ts';
import { baseOf, patientOf, signedIn } from './patient-session.ts';
import { directoryOf, named, siteOf } from './site-page.ts';
import { countChange, markedVisitor } from './visitor.ts';

/** What is proposed; weeks from now. */
const PROPOSED_WEEKS = 6;

/** The page: what is waited for stands in the address. */
export async function waitlistPage(event: RequestEvent) {
	const site = await siteOf(event.params.site!);
	const { services, clinics, doctors } = await directoryOf(site);
	const asked = (name: string) => event.url.searchParams.get(name) ?? '';
	const service = named(services, asked('service'));
	const today = Temporal.Now.plainDateISO(clinics[0]?.zone ?? 'UTC');
	const patient = await patientOf(event, site);
	return {
		/** Whoever is signed in and their children; empty: nobody is. */
		people: patient ? peopleOf(patient).map(({ id, givenName }) => ({ id, name: givenName })) : [],
		service,
		clinics,
		doctors: doctors.filter(({ serviceIds }) => serviceIds.includes(service.id)),
		clinic: byPath(clinics, asked('clinic'))?.path ?? '',
		doctor: byPath(doctors, asked('doctor'))?.path ?? '',
		today: today.toString(),
		until: today.add({ weeks: PROPOSED_WEEKS }).toString()
	};
}

const choices = z.object({
	clinic: z.string().max(120).default(''),
	doctor: z.string().max(120).default(''),
	part: z.enum(Object.keys(DAY_PARTS) as [DayPart, ...DayPart[]]).catch('any'),
	notice: z.coerce
		.number()
		.refine((minutes) => (NOTICES as readonly number[]).includes(minutes))
		.catch(NOTICES[1])
});

/** Puts whoever fills the form on the list; whoever is on it already keeps the place. */
export async function waitForTime(event: RequestEvent) {
	await countChange(event);
	const site = await siteOf(event.params.site!);
	const { services, clinics, doctors } = await directoryOf(site);
	const service = named(services, event.url.searchParams.get('service') ?? '');
	const sent = await event.request.formData();
	const typed = Object.fromEntries(sent);
	const today = localDateOf(Date.now(), clinics[0]?.zone ?? 'UTC');
	const chosen = choices.parse(typed);
	const [fromMinute, untilMinute] = DAY_PARTS[chosen.part];
	const [clinic, doctor] = [byPath(clinics, chosen.clinic), byPath(doctors, chosen.doctor)];
	const wish = entryWishSchema(today).safeParse({
		...{ serviceId: service.id, fromMinute, untilMinute, noticeMinutes: chosen.notice },
		clinicIds: clinic ? [clinic.id] : [],
		practitionerIds: doctor ? [doctor.id] : [],
		...{ firstDate: typed.firstDate, lastDate: typed.lastDate },
		weekdays: sent.getAll('weekday').map(Number).filter(Boolean)
	});
	const patient = await patientOf(event, site);
	// Whoever is signed in is not asked again.
	const details = patient ? null : patientDetailsSchema(today).safeParse(typed);
	if (!wish.success || details?.success === false) {
		const faults = {
			...(wish.success ? {} : faultsOf(wish.error)),
			...(details?.error ? faultsOf(details.error) : {})
		};
		const weekdays = sent.getAll('weekday').map(String);
		return fail(400, { faults, message: m.details_check(), typed, weekdays, done: false as const });
	}
	const who = details
		? await guestOf(event, site, details.data)
		: personOf(patient!, String(typed.who));
	const joined = await joinWaitlist(database(), who.actor, {
		...{ patientId: who.patientId, wish: wish.data, source: 'patient', again: 'replace' }
	});
	if (!joined.ok) {
		return fail(409, {
			faults: {},
			message: m.refused_other(),
			typed,
			weekdays: [] as string[],
			done: false as const
		});
	}
	return { done: true as const };
}

interface Who {
	actor: Actor;
	patientId: string;
}

/** @returns whoever is signed in, or the child of theirs that was chosen */
function personOf(patient: SignedInPatient, chosen: string): Who {
	const { id } = peopleOf(patient).find((person) => person.id === chosen) ?? patient.self;
	return { actor: patient.actor, patientId: id };
}

/** @returns whoever the form says, made a patient where there is none */
async function guestOf(event: RequestEvent, site: Site, details: PatientDetails): Promise<Who> {
	const actor = markedVisitor(event, site);
	return { actor, patientId: await patientOfDetails(database(), actor, details) };
}

const entryId = z.uuid();

/** Takes one of one's own entries off the list; one that is gone already is gone. */
export async function stopWaiting(event: RequestEvent) {
	await countChange(event);
	const { actor } = signedIn(event);
	const id = entryId.safeParse((await event.request.formData()).get('entry'));
	if (id.success) await leaveWaitlist(database(), actor, id.data);
	redirect(303, `${baseOf(event)}/me`);
}
