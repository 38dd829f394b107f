/** The next free times on the page of a doctor or a clinic: from the same search as booking, and never from a cache. */
import type { RequestEvent } from '@sveltejs/kit';
import { usualServices } from '#domain/site/queries/usual-service.ts';
import {
	byPath,
	type Site,
	type SiteClinic,
	type SiteDirectory,
	type SiteDoctor,
	type SiteService
} from '#domain/site/site.ts';
import { database } from './database.ts';
import { freeTimes, type FreeTime } from './free-times-page.ts';
import { directoryOf, named, siteOf } from './site-page.ts';
import { maySearch, visitorOf } from './visitor.ts';

/** At each clinic. */
const SHOWN = 4;
/** Several doctors are free at the same time: that is one time. */
const ASKED = SHOWN * 6;

export interface NextTimes {
	/** What they are for. */
	service: SiteService;
	/** What one can ask for instead. */
	services: SiteService[];
	/** `null`: this address has searched too much just now. */
	places: { clinic: SiteClinic; times: FreeTime[] }[] | null;
}

/** A doctor's page. */
export async function doctorPage(event: RequestEvent) {
	const site = await siteOf(event.params.site!);
	const directory = await directoryOf(site);
	const doctor = named(directory.doctors, event.params.doctor!);
	const clinics = directory.clinics.filter(({ id }) => doctor.clinicIds.includes(id));
	const services = directory.services.filter(({ id }) => doctor.serviceIds.includes(id));
	const [usual] = await usualServices(database(), site, doctor.id);
	const service = askedFor(event, services) ?? services.find(({ id }) => id === usual);
	return {
		...{ doctor, clinics, services },
		next: await nextTimes(event, site, directory, { clinics, services, service, doctor })
	};
}

/** A clinic's page. */
export async function clinicPage(event: RequestEvent) {
	const site = await siteOf(event.params.site!);
	const directory = await directoryOf(site);
	const clinic = named(directory.clinics, event.params.clinic!);
	const doctors = directory.doctors.filter(({ clinicIds }) => clinicIds.includes(clinic.id));
	const offered = (id: string) =>
		doctors.filter(({ serviceIds }) => serviceIds.includes(id)).length;
	// What most of them offer comes first.
	const services = directory.services
		.filter(({ id }) => offered(id) > 0)
		.toSorted((a, b) => offered(b.id) - offered(a.id));
	const service = askedFor(event, services);
	return {
		...{ clinic, doctors },
		next: await nextTimes(event, site, directory, { clinics: [clinic], services, service })
	};
}

function askedFor({ url }: RequestEvent, services: readonly SiteService[]): SiteService | null {
	return byPath(services, url.searchParams.get('service') ?? '');
}

interface Wish {
	clinics: SiteClinic[];
	services: SiteService[];
	/** Left out: the first. */
	service?: SiteService | null | undefined;
	doctor?: SiteDoctor;
}

/** @returns `null` where nothing can be booked online */
async function nextTimes(
	event: RequestEvent,
	site: Site,
	directory: SiteDirectory,
	{ clinics, services, service: wished, doctor }: Wish
): Promise<NextTimes | null> {
	const service = wished ?? services[0];
	if (!service || clinics.length === 0) return null;
	event.setHeaders({ 'cache-control': 'private, no-store' });
	if (!(await maySearch(event))) return { service, services, places: null };
	const visitor = visitorOf(event, site);
	const places: NextTimes['places'] = [];
	for (const clinic of clinics) {
		const query = { clinic: clinic.path, ...(doctor ? { doctor: doctor.path } : {}) };
		const { times } = await freeTimes(visitor, directory, service, query, Date.now(), ASKED);
		places.push({ clinic, times: times.slice(0, SHOWN) });
	}
	return { service, services, places };
}
