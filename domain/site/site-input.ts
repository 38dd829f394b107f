/** What an administrator decides about the public site. The edge: nothing that fails this is stored. */
import { z } from 'zod';
import { OTHER_LANGUAGES } from './translations.ts';
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

const MAX_SPECIALTIES = 200;
const specialty = z
	.string()
	.trim()
	.max(100, 'A specialty can have 100 characters at most.')
	.refine(storable, NOT_STORABLE);

/** What specialties are called in the other languages, by their name in the first. */
export const specialtiesSchema = z.strictObject({
	revision,
	specialties: z
		.record(specialty.min(1), z.partialRecord(z.enum(OTHER_LANGUAGES), specialty))
		.refine((names) => Object.keys(names).length <= MAX_SPECIALTIES, {
			message: `${MAX_SPECIALTIES} specialties are the most that can have names.`
		})
});
export type SpecialtiesInput = z.infer<typeof specialtiesSchema>;

/** What is decided of a logo that is there; `null`: it is taken away. */
export const logoSchema = z.strictObject({ holdsName: z.boolean().nullable() });
export type LogoInput = z.infer<typeof logoSchema>;

export const publishSchema = z.strictObject({ revision, published: z.boolean() });
export type PublishInput = z.infer<typeof publishSchema>;

/** Codes of ISO 639 that a consultation can be in. */
const MAX_LANGUAGES = 12;
export const MAX_ABOUT_LENGTH = 2_000;

const about = z
	.string()
	.trim()
	.max(MAX_ABOUT_LENGTH, `This text can have ${MAX_ABOUT_LENGTH} characters at most.`)
	.refine(storable, NOT_STORABLE);

const onSiteSchema = z.strictObject({
	listed: z.boolean(),
	languages: z
		.array(
			z.string().regex(/^[a-z]{2,3}$/, 'A language is two or three letters, such as en or pl.')
		)
		.max(MAX_LANGUAGES, `${MAX_LANGUAGES} languages are the most that can be shown.`)
		.refine((codes) => new Set(codes).size === codes.length, 'A language is named twice.'),
	/** In the first language. */
	about,
	/** In the others; what is empty is told in the first. */
	aboutIn: z.partialRecord(z.enum(OTHER_LANGUAGES), about)
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
