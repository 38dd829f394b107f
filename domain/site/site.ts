/** An organization's public site: what strangers may read of it, and how its pages are named. */
import { z } from 'zod';
import { foldText } from '../directory/patient-search.ts';

export const SITE_LANGUAGES = ['en', 'pl'] as const;
export type SiteLanguage = (typeof SITE_LANGUAGES)[number];

/** Longer texts belong on pages of the organization's own. */
const MAX_TEXT_LENGTH = 8_000;
/** What search engines show of a page. */
const MAX_LEAD_LENGTH = 155;

const text = z.string().trim().max(MAX_TEXT_LENGTH).default('');

/** What an administrator writes in one language; plain text, an empty line between paragraphs. */
export const siteTextsSchema = z.strictObject({
	/** One sentence on the first page and below its name in search results. */
	lead: z.string().trim().max(MAX_LEAD_LENGTH).default(''),
	about: text,
	privacy: text
});
export type SiteTexts = z.infer<typeof siteTextsSchema>;

export const EMPTY_TEXTS: SiteTexts = { lead: '', about: '', privacy: '' };

export interface Site {
	organizationId: string;
	/** The account that strangers' visits are booked with. */
	accountId: string;
	/** Names the organization in addresses. */
	slug: string;
	name: string;
	/** Colour of its pages; degrees. */
	hue: number;
	texts: Partial<Record<SiteLanguage, SiteTexts>>;
}

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

/** @returns the one that an address names; a name that was changed since still finds it */
export function byPath<T extends { id: string }>(list: readonly T[], path: string): T | null {
	const start = path.slice(-ID_LETTERS);
	return list.find(({ id }) => id.startsWith(start) && start.length === ID_LETTERS) ?? null;
}
