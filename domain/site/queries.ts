/** What strangers may read: an organization's site, and of its directory what is meant for patients. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import {
	clinics,
	organizations,
	practitioners,
	practitionerServices,
	services,
	siteAddresses,
	sites,
	workingHours
} from '../../db/schema/index.ts';
import { findingOrganization, inOrganization, type Transaction } from '../../db/transaction.ts';
import { plansFrom } from '../availability/week-plans.ts';
import type { DoctorSearch } from './doctor-search.ts';
import {
	byPath,
	pathOf,
	type Site,
	type SiteClinic,
	type SiteDirectory,
	type SiteLanguage
} from './site.ts';
import { inLanguage, specialtyIn } from './translations.ts';

/**
 * @param slug its present address, or one that it had before
 * @returns the site, by its present address; `null` when there is none that is open to everybody
 */
export async function findSite(database: Database, slug: string): Promise<Site | null> {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ site: sites, name: organizations.name })
			.from(siteAddresses)
			.innerJoin(sites, eq(sites.organizationId, siteAddresses.organizationId))
			.innerJoin(organizations, eq(organizations.id, sites.organizationId))
			.where(and(eq(siteAddresses.slug, slug), eq(sites.published, true)))
	);
	return found ? told(found) : null;
}

function told({ site, name }: { site: typeof sites.$inferSelect; name: string }): Site {
	const { organizationId, accountId, slug, hue, currency, texts, specialties, logo } = site;
	return { organizationId, accountId, slug, name, hue, currency, texts, specialties, logo };
}

/** @returns an organization's site, also one that is not open to everybody (yet); `null`: it has none */
export async function findSiteOf(database: Database, organizationId: string): Promise<Site | null> {
	const [found] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ site: sites, name: organizations.name })
			.from(sites)
			.innerJoin(organizations, eq(organizations.id, sites.organizationId))
			.where(eq(sites.organizationId, organizationId))
	);
	return found ? told(found) : null;
}

/** @returns the sites that are open to everybody, by slug */
export async function publishedSites(database: Database): Promise<{ slug: string }[]> {
	return findingOrganization(database, (transaction) =>
		transaction
			.select({ slug: sites.slug })
			.from(sites)
			.where(eq(sites.published, true))
			.orderBy(asc(sites.slug))
	);
}

/**
 * @param today local date that the opening hours are shown for, `YYYY-MM-DD`
 * @param language of what is told; addresses are the same in all
 */
export function readSiteDirectory(
	database: Database,
	{ organizationId, specialties }: Pick<Site, 'organizationId' | 'specialties'>,
	{ today, language }: { today: string; language: SiteLanguage }
): Promise<SiteDirectory> {
	return inOrganization(database, organizationId, async (transaction) => {
		const own = { organizationId, today };
		const [openClinics, offered, doctors] = [
			await readClinics(transaction, own),
			await readServices(transaction, organizationId, language),
			await readDoctors(transaction, organizationId, language)
		];
		const shown = new Set(offered.map(({ id }) => id));
		return {
			clinics: openClinics,
			services: offered,
			doctors: doctors.map((doctor) => ({
				...doctor,
				specialty: specialtyIn(specialties, doctor.specialty, language),
				serviceIds: doctor.serviceIds.filter((id) => shown.has(id))
			}))
		};
	});
}

/** How alike words have to be (pg_trgm, 0 to 1): one wrong letter in a name of five is forgiven. */
const LIKENESS = 0.3;

/**
 * @returns the doctors that fit, the best match first, else by name. Words may be mistyped or lack their accents.
 */
export async function findDoctors(
	database: Database,
	{ organizationId }: Site,
	directory: SiteDirectory,
	{ text, specialty, language, clinic }: DoctorSearch
): Promise<SiteDirectory['doctors']> {
	const at = clinic === undefined ? null : byPath(directory.clinics, clinic);
	const fitting = directory.doctors.filter(
		(doctor) =>
			(specialty === undefined || specialty === '' || doctor.specialty === specialty) &&
			(language === undefined || language === '' || doctor.languages.includes(language)) &&
			(at === null || doctor.clinicIds.includes(at.id))
	);
	if (!text) return fitting;
	// A specialty is found by what it is called in the language of the page, too.
	const called = JSON.stringify(
		Object.fromEntries(directory.doctors.map((doctor) => [doctor.id, doctor.specialty]))
	);
	const rows = await inOrganization(database, organizationId, (transaction) => {
		const likeness = sql<number>`greatest(word_similarity(fold_text(${text}), ${practitioners.searchText}),
			word_similarity(fold_text(${text}), fold_text(coalesce(${called}::jsonb ->> ${practitioners.id}::text, ''))))`;
		return transaction
			.select({ id: practitioners.id })
			.from(practitioners)
			.where(and(eq(practitioners.organizationId, organizationId), sql`${likeness} >= ${LIKENESS}`))
			.orderBy(sql`${likeness} desc`, asc(practitioners.name));
	});
	const known = new Map(fitting.map((doctor) => [doctor.id, doctor]));
	return rows.flatMap(({ id }) => known.get(id) ?? []);
}

async function readClinics(
	transaction: Transaction,
	{ organizationId, today }: { organizationId: string; today: string }
): Promise<SiteClinic[]> {
	const rows = await transaction
		.select()
		.from(clinics)
		.where(eq(clinics.organizationId, organizationId))
		.orderBy(asc(clinics.name));
	const ids = rows.map(({ id }) => id);
	const rules =
		ids.length === 0
			? []
			: await transaction
					.select()
					.from(workingHours)
					.where(
						and(
							eq(workingHours.organizationId, organizationId),
							inArray(workingHours.resourceId, ids)
						)
					);
	return rows.map(({ id, name, address, phone, zone, latitude, longitude }) => {
		const own = rules.filter(
			({ resourceId, validFrom, validTo }) =>
				resourceId === id &&
				(validFrom === null || validFrom <= today) &&
				(validTo === null || validTo >= today)
		);
		return {
			...{ id, path: pathOf(name, id), name, address, phone, zone, latitude, longitude },
			opening: weekOf(own)
		};
	});
}

/** The stretches of each weekday, of whichever plans hold. */
function weekOf(rules: Parameters<typeof plansFrom>[0]): SiteClinic['opening'] {
	const plans = plansFrom(rules);
	return Array.from({ length: 7 }, (_, day) => plans.flatMap(({ days }) => days[day] ?? []));
}

async function readServices(
	transaction: Transaction,
	organizationId: string,
	language: SiteLanguage
) {
	const rows = await transaction
		.select()
		.from(services)
		.where(and(eq(services.organizationId, organizationId), eq(services.bookableBy, 'public')))
		.orderBy(asc(services.name));
	const told = rows.map(({ id, name, description, preparation, translations, ...service }) => ({
		...{ id, path: pathOf(name, id) },
		...inLanguage({ name, description, preparation }, translations, language),
		durationMinutes: service.durationMinutes,
		priceMinor: service.priceMinor,
		minAgeYears: service.minAgeYears,
		maxAgeYears: service.maxAgeYears,
		referralNeeded: service.referralNeeded,
		bookNoticeMinutes: service.bookNoticeMinutes
	}));
	return told.sort((one, other) => one.name.localeCompare(other.name, language));
}

async function readDoctors(
	transaction: Transaction,
	organizationId: string,
	language: SiteLanguage
) {
	const own = eq(practitioners.organizationId, organizationId);
	const rows = await transaction
		.select()
		.from(practitioners)
		.where(and(own, eq(practitioners.listed, true)))
		.orderBy(asc(practitioners.name));
	const offers = await transaction
		.select()
		.from(practitionerServices)
		.where(eq(practitionerServices.organizationId, organizationId));
	const places = await transaction
		.selectDistinct({ id: workingHours.resourceId, clinicId: workingHours.clinicId })
		.from(workingHours)
		.where(eq(workingHours.organizationId, organizationId));
	return rows.map(({ id, name, specialty, languages, about, translations }) => ({
		...{ id, path: pathOf(name, id), name, specialty, languages },
		...inLanguage({ about }, translations, language),
		clinicIds: places.filter((place) => place.id === id).map(({ clinicId }) => clinicId),
		serviceIds: offers
			.filter(({ practitionerId }) => practitionerId === id)
			.map(({ serviceId }) => serviceId)
	}));
}
