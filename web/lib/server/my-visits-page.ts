/** A patient's own visits, and those of their children. */
import type { RequestEvent } from '@sveltejs/kit';
import { pastVisits, upcomingVisits, type ListedVisit } from '#domain/patients/queries/visits.ts';
import { offeredChildren } from '#domain/patients/commands/dependants.ts';
import type { SignedInPatient } from '#domain/patients/signed-in.ts';
import { database } from './database.ts';
import { signedIn } from './patient-session.ts';

/** @returns a visit as the list shows it: whose it is only where it is a child's */
function shown(patient: SignedInPatient, { patientId, ...visit }: ListedVisit) {
	const child = patient.children.find(({ id }) => id === patientId);
	return { ...visit, childName: child?.givenName ?? null };
}

export async function myVisitsPage(event: RequestEvent) {
	const patient = signedIn(event);
	const before = event.url.searchParams.get('before');
	const [upcoming, past, offered] = [
		// The first page alone says what is to come.
		before === null ? await upcomingVisits(database(), patient.actor) : null,
		await pastVisits(database(), patient.actor, before),
		await offeredChildren(database(), patient)
	];
	return {
		name: patient.self.givenName,
		upcoming: upcoming?.map((visit) => shown(patient, visit)) ?? null,
		past: past.visits.map((visit) => shown(patient, visit)),
		next: past.next,
		mayAddChildren: offered.length > 0
	};
}
