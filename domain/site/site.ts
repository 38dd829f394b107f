/** An organization's public site: what strangers may read of it, and how its pages are named. Pure, without zod. */
import { foldText } from '../directory/patient-search.ts';

export const SITE_LANGUAGES = ['en', 'pl'] as const;
export type SiteLanguage = (typeof SITE_LANGUAGES)[number];

/** What an administrator writes in one language; plain text, an empty line between paragraphs. */
export interface SiteTexts {
	/** One sentence on the first page and below its name in search results. */
	lead: string;
	/** On the first page, below the way to book. */
	welcome: string;
	about: string;
	contact: string;
	privacy: string;
}
export type SiteText = keyof SiteTexts;

export const EMPTY_TEXTS: SiteTexts = {
	...{ lead: '', welcome: '', about: '', contact: '', privacy: '' }
};
export const SITE_TEXTS = Object.keys(EMPTY_TEXTS) as SiteText[];

/** Characters that each may have: what search results show of the first, and what still reads as a page. */
export const MAX_TEXT_LENGTH: Record<SiteText, number> = {
	...{ lead: 155, welcome: 2_000, about: 8_000, contact: 2_000, privacy: 16_000 }
};

/** @returns all texts of a language; those that nobody wrote are empty */
export function textsIn(
	texts: Partial<Record<SiteLanguage, Partial<SiteTexts>>>,
	language: SiteLanguage
): SiteTexts {
	return { ...EMPTY_TEXTS, ...texts[language] };
}

/** What specialties are called in other languages, by their name in the first. */
export type SpecialtyNames = Record<string, Partial<Record<SiteLanguage, string>>>;

export interface Site {
	organizationId: string;
	/** The account that strangers' visits are booked with. */
	accountId: string;
	/** Names the organization in addresses. */
	slug: string;
	name: string;
	/** Colour of its pages; degrees. */
	hue: number;
	/** What prices are in (ISO 4217). */
	currency: string;
	texts: Partial<Record<SiteLanguage, Partial<SiteTexts>>>;
	/** What each specialty is called in the languages beside the first. */
	specialties: SpecialtyNames;
	logo: SiteLogo | null;
}

/** The picture in the head of the pages. */
export interface SiteLogo {
	/** Another one for every picture: browsers keep each for good. */
	version: string;
	/** The organization's name stands in it, and need not stand beside it. */
	holdsName: boolean;
}

/** Those that prices can be in: all of them have hundredths. */
export const CURRENCIES = ['EUR', 'GBP', 'PLN', 'CHF', 'CZK', 'DKK', 'NOK', 'SEK', 'USD'] as const;

export const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])$/;

export interface SiteClinic {
	id: string;
	/** Names it in addresses. */
	path: string;
	name: string;
	address: string;
	phone: string;
	zone: string;
	latitude: number | null;
	longitude: number | null;
	/** The present week's opening, Monday first: minutes after midnight. */
	opening: [startMinute: number, endMinute: number][][];
}

export interface SiteService {
	id: string;
	path: string;
	name: string;
	durationMinutes: number;
	/** In the smallest unit of the currency; `null`: not told. */
	priceMinor: number | null;
	/** What it is. */
	description: string;
	preparation: string;
	minAgeYears: number | null;
	maxAgeYears: number | null;
	referralNeeded: boolean;
	/** Until how long before patients book it by themselves. */
	bookNoticeMinutes: number;
}

export interface SiteDoctor {
	id: string;
	path: string;
	name: string;
	specialty: string;
	/** Codes of ISO 639. */
	languages: string[];
	about: string;
	clinicIds: string[];
	serviceIds: string[];
}

/** All that the public pages show. */
export interface SiteDirectory {
	clinics: SiteClinic[];
	services: SiteService[];
	doctors: SiteDoctor[];
}

/** Enough of an id that no two of one organization's things share it, and an address stays short. */
const ID_LETTERS = 8;

/** @returns the part of an address that names a thing: words for people, the id's beginning for us */
export function pathOf(name: string, id: string): string {
	const words = foldText(name)
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-|-$/g, '')
		.slice(0, 60);
	return `${words || 'x'}-${id.slice(0, ID_LETTERS)}`;
}

/** @returns an address that an organization's name suggests */
export function slugFrom(name: string): string {
	const words = foldText(name).replace(/[^a-z0-9]+/g, '-');
	const slug = words.slice(0, 40).replace(/^-+|-+$/g, '');
	return SLUG.test(slug) ? slug : 'clinic';
}

/** @returns the one that an address names; a name that was changed since still finds it */
export function byPath<T extends { id: string }>(list: readonly T[], path: string): T | null {
	const start = path.slice(-ID_LETTERS);
	return list.find(({ id }) => id.startsWith(start) && start.length === ID_LETTERS) ?? null;
}
