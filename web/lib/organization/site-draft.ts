/** What an administrator is writing about the site, and how it fits with what somebody else saved meanwhile. Pure. */
import {
	SITE_LANGUAGES,
	SITE_TEXTS,
	type SiteLanguage,
	type SiteText,
	type SiteTexts
} from '#domain/site/site.ts';
import { TEXT_NAMES } from '#domain/site/site-input.ts';

export interface SiteDraft {
	slug: string;
	/** Degrees. */
	hue: number;
	/** ISO 4217. */
	currency: string;
	texts: Record<SiteLanguage, SiteTexts>;
}

export const LANGUAGE_NAMES: Record<SiteLanguage, string> = { en: 'English', pl: 'Polish' };

/** @returns a copy to write in */
export function draftOf({ slug, hue, currency, texts }: SiteDraft): SiteDraft {
	return { slug, hue, currency, texts: structuredClone(texts) };
}

interface Field {
	name: string;
	read(draft: SiteDraft): string;
	write(draft: SiteDraft, from: SiteDraft): void;
}

const FIELDS: readonly Field[] = [
	{
		name: 'Address',
		read: ({ slug }) => slug,
		write: (draft, { slug }) => (draft.slug = slug)
	},
	{
		name: 'Colour',
		read: ({ hue }) => String(hue),
		write: (draft, { hue }) => (draft.hue = hue)
	},
	{
		name: 'Currency',
		read: ({ currency }) => currency,
		write: (draft, { currency }) => (draft.currency = currency)
	},
	...SITE_TEXTS.flatMap((text) =>
		SITE_LANGUAGES.map((language) => ({
			name: `${TEXT_NAMES[text]} (${LANGUAGE_NAMES[language]})`,
			read: ({ texts }: SiteDraft) => texts[language][text].trim(),
			write: (draft: SiteDraft, { texts }: SiteDraft) =>
				(draft.texts[language][text] = texts[language][text])
		}))
	)
];

/** @returns the names of what differs */
export function changedFields(before: SiteDraft, after: SiteDraft): string[] {
	return FIELDS.filter(({ read }) => read(before) !== read(after)).map(({ name }) => name);
}

export interface Merged {
	draft: SiteDraft;
	/** What both changed, each in another way: mine is in the draft, theirs is here. */
	conflicts: { name: string; theirs: string }[];
}

/** @returns mine with what only they changed taken over; nothing that I wrote is lost */
export function mergeDrafts(base: SiteDraft, mine: SiteDraft, theirs: SiteDraft): Merged {
	const draft = draftOf(mine);
	const conflicts: Merged['conflicts'] = [];
	for (const { name, read, write } of FIELDS) {
		if (read(theirs) === read(base) || read(theirs) === read(mine)) continue;
		if (read(mine) === read(base)) write(draft, theirs);
		else conflicts.push({ name, theirs: read(theirs) });
	}
	return { draft, conflicts };
}

/** @returns the texts that nobody has written yet, language by language */
export function emptyTexts(texts: SiteDraft['texts']): {
	language: SiteLanguage;
	text: SiteText;
	name: string;
}[] {
	return SITE_LANGUAGES.flatMap((language) =>
		SITE_TEXTS.filter((text) => texts[language][text].trim() === '').map((text) => ({
			...{ language, text },
			name: `${TEXT_NAMES[text]} (${LANGUAGE_NAMES[language]})`
		}))
	);
}
