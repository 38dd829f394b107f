/** What an administrator decides about the public site. The edge: nothing that fails this is stored. */
import { z } from 'zod';
import {
	CURRENCIES,
	MAX_TEXT_LENGTH,
	SITE_LANGUAGES,
	SITE_TEXTS,
	SLUG,
	type SiteText
} from './site.ts';

const storable = (typed: string) => !typed.includes('\0') && typed.isWellFormed();
const NOT_STORABLE = 'This holds characters that cannot be stored.';

/** What the texts are called on the administrator's page. */
export const TEXT_NAMES: Record<SiteText, string> = {
	lead: 'One sentence about you',
	welcome: 'Welcome',
	about: 'About us',
	contact: 'Contact',
	privacy: 'Privacy'
};

const text = (name: SiteText) =>
	z
		.string()
		.trim()
		.max(
			MAX_TEXT_LENGTH[name],
			`“${TEXT_NAMES[name]}” can have ${MAX_TEXT_LENGTH[name]} characters at most.`
		)
		.refine(storable, NOT_STORABLE)
		.default('');

const siteTextsSchema = z.strictObject(
	Object.fromEntries(SITE_TEXTS.map((name) => [name, text(name)])) as Record<
		SiteText,
		ReturnType<typeof text>
	>
);

const slug = z
	.string()
	.trim()
	.toLowerCase()
	.min(2, 'The address needs two letters at least.')
	.max(60, 'The address can have 60 letters at most.')
	.regex(
		SLUG,
		'The address can have the letters a to z, digits and hyphens, and begins and ends with a letter or digit.'
	);

const revision = z.int().min(1).max(2_147_483_647);

export const newSiteSchema = z.strictObject({ slug });
export type NewSite = z.infer<typeof newSiteSchema>;

export const siteInputSchema = z.strictObject({
	/** As it was shown to whoever decided. */
	revision,
	slug,
	hue: z.int('The colour is a number from 0 to 359.').min(0).max(359),
	currency: z.enum(CURRENCIES, 'Choose a currency from the list.'),
	texts: z.partialRecord(z.enum(SITE_LANGUAGES), siteTextsSchema)
});
export type SiteInput = z.infer<typeof siteInputSchema>;

export const publishSchema = z.strictObject({ revision, published: z.boolean() });
export type PublishInput = z.infer<typeof publishSchema>;

/** Codes of ISO 639 that a consultation can be in. */
const MAX_LANGUAGES = 12;
const MAX_ABOUT_LENGTH = 2_000;

const onSiteSchema = z.strictObject({
	listed: z.boolean(),
	languages: z
		.array(
			z.string().regex(/^[a-z]{2,3}$/, 'A language is two or three letters, such as en or pl.')
		)
		.max(MAX_LANGUAGES, `${MAX_LANGUAGES} languages are the most that can be shown.`)
		.refine((codes) => new Set(codes).size === codes.length, 'A language is named twice.'),
	about: z
		.string()
		.trim()
		.max(MAX_ABOUT_LENGTH, `This text can have ${MAX_ABOUT_LENGTH} characters at most.`)
		.refine(storable, NOT_STORABLE)
});
/** What patients are shown of a doctor. */
export type DoctorOnSite = z.infer<typeof onSiteSchema>;

export const doctorInputSchema = z.strictObject({
	id: z.uuid(),
	/** As it was shown to whoever decided: it is not written over when it was changed since. */
	shown: onSiteSchema,
	wanted: onSiteSchema
});
export type DoctorInput = z.infer<typeof doctorInputSchema>;
