/**
 * What an organization wrote in its other languages. Its first language stands in the columns themselves, and in the
 * place of whatever is not written in another. Pure, without zod.
 */
import { SITE_LANGUAGES, type SiteLanguage, type SpecialtyNames } from './site.ts';

/** Those beside the first. */
export const OTHER_LANGUAGES = SITE_LANGUAGES.slice(1) as Exclude<SiteLanguage, 'en'>[];

export type Translations<Field extends string> = Partial<
	Record<SiteLanguage, Partial<Record<Field, string>>>
>;

export const SERVICE_TEXTS = ['name', 'description', 'preparation'] as const;
export type ServiceText = (typeof SERVICE_TEXTS)[number];
/** Characters that each may have, in every language. */
export const MAX_SERVICE_TEXT: Record<ServiceText, number> = {
	...{ name: 200, description: 500, preparation: 2_000 }
};
export type ServiceTranslations = Translations<ServiceText>;

/** @returns the texts in a language, each in the first where nobody wrote it in that one */
export function inLanguage<Field extends string>(
	first: Record<Field, string>,
	translations: Translations<NoInfer<Field>> | undefined,
	language: SiteLanguage
): Record<Field, string> {
	const own = translations?.[language];
	const texts = { ...first };
	for (const field of Object.keys(first) as Field[]) texts[field] = own?.[field] || first[field];
	return texts;
}

/** @returns what a specialty is called in a language */
export function specialtyIn(
	names: SpecialtyNames,
	specialty: string,
	language: SiteLanguage
): string {
	return names[specialty]?.[language] || specialty;
}
