/** What the public pages load: whose site it is, and what of its directory they show. */
import { error } from '@sveltejs/kit';
import type { DoctorSearch } from '#domain/site/doctor-search.ts';
import { findDoctors, findSite, readSiteDirectory } from '#domain/site/queries.ts';
import {
	byPath,
	SLUG,
	textsIn,
	type Site,
	type SiteDirectory,
	type SiteLanguage,
	type SiteText
} from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { getLocale } from '#web/lib/paraglide/runtime.js';
import { database } from './database.ts';

/** @returns the site that an address names, or named before; one that is not published is not there */
export async function siteOf(slug: string): Promise<Site> {
	const site = SLUG.test(slug) ? await findSite(database(), slug) : null;
	if (!site) error(404, m.not_found());
	return site;
}

/** @returns what the pages show, in the language of the request */
export function directoryOf(site: Site): Promise<SiteDirectory> {
	const today = Temporal.Now.plainDateISO('UTC').toString();
	return readSiteDirectory(database(), site, { today, language: getLocale() });
}

/** @returns the one of a list that an address names */
export function named<T extends { id: string }>(list: readonly T[], path: string): T {
	return byPath(list, path) ?? error(404, m.not_found());
}

/** @returns what an administrator wrote for a page, in the language of its address; empty: nothing yet */
export async function siteText(
	{ lang, site }: { lang: SiteLanguage; site: string },
	name: SiteText
): Promise<{ text: string }> {
	return { text: textsIn((await siteOf(site)).texts, lang)[name] };
}

/** @returns the doctors that fit, and what can be chosen from */
export async function doctorsPage(site: Site, search: DoctorSearch) {
	const directory = await directoryOf(site);
	const { doctors, clinics } = directory;
	return {
		search,
		doctors: await findDoctors(database(), site, directory, search),
		clinics,
		specialties: [...new Set(doctors.map(({ specialty }) => specialty))].filter(Boolean).sort(),
		languages: [...new Set(doctors.flatMap(({ languages }) => languages))].sort()
	};
}
