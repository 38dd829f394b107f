/** A patient's own visits, and those of their children. */
import type { RequestEvent } from '@sveltejs/kit';
import { pastVisits, upcomingVisits, type ListedVisit } from '#domain/patients/queries/visits.ts';
import { offeredChildren } from '#domain/patients/commands/dependants.ts';
import { peopleOf, type SignedInPatient } from '#domain/patients/signed-in.ts';
import type { SiteLanguage } from '#domain/site/site.ts';
import { readEntriesOf } from '#domain/waitlist/queries.ts';
import { readOffersOf } from '#domain/waitlist/queries/offers.ts';
import { database } from './database.ts';
import { signedIn } from './patient-session.ts';

/** @returns a visit as the list shows it: whose it is only where it is a child's */
function shown(patient: SignedInPatient, { patientId, ...visit }: ListedVisit) {
	const child = patient.children.find(({ id }) => id === patientId);
	return { ...visit, childName: child?.givenName ?? null };
}

export async function myVisitsPage(event: RequestEvent) {
	const patient = signedIn(event);
	const { language } = event.locals;
	const before = event.url.searchParams.get('before');
	const [upcoming, past, offered, waiting, offers] = [
		// The first page alone says what is to come.
		before === null ? await upcomingVisits(database(), patient.actor, language) : null,
		await pastVisits(database(), patient.actor, { before, language }),
		await offeredChildren(database(), patient),
		before === null ? await entriesOf(patient, language) : [],
		before === null ? await offersOf(patient, language) : []
	];
	return {
		name: patient.self.givenName,
		upcoming: upcoming?.map((visit) => shown(patient, visit)) ?? null,
		past: past.visits.map((visit) => shown(patient, visit)),
		next: past.next,
		mayAddChildren: offered.length > 0,
		waiting,
		offers
	};
}

/** @returns what they and their children are offered at the moment */
async function offersOf(patient: SignedInPatient, language: SiteLanguage) {
	const ids = peopleOf(patient).map(({ id }) => id);
	const now = Date.now();
	const offers = await readOffersOf(database(), patient.actor, ids, { now, language });
	return offers.map(({ id, patientId, startsAt, expiresAt, zone, clinic, doctor, service }) => ({
		...{ id, startsAt, expiresAt, zone, clinic, doctor, service, now },
		childName: patient.children.find((child) => child.id === patientId)?.givenName ?? null
	}));
}

/** @returns what the patient and their children wait for */
async function entriesOf(patient: SignedInPatient, language: SiteLanguage) {
	const ids = peopleOf(patient).map(({ id }) => id);
	const entries = await readEntriesOf(database(), patient.actor, ids, language);
	return entries.map(({ id, patientId, service, clinics, doctors, firstDate, lastDate }) => ({
		...{ id, service, clinics, doctors, firstDate, lastDate },
		childName: patient.children.find((child) => child.id === patientId)?.givenName ?? null
	}));
}
