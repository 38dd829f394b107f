/** The public site as the administrator's page gets it. Pure. */
import type { SiteLanguage, SiteLogo, SiteTexts, SpecialtyNames } from './site.ts';
import { OTHER_LANGUAGES, type Translations } from './translations.ts';
import type { DoctorOnSite } from './site-input.ts';

export interface SiteSetup {
	/** `null`: there is none yet. */
	site: {
		revision: number;
		slug: string;
		published: boolean;
		/** Degrees. */
		hue: number;
		currency: string;
		texts: Record<SiteLanguage, SiteTexts>;
		specialties: SpecialtyNames;
		logo: SiteLogo | null;
		/** Addresses that it had before, which still lead to it; the newest first. */
		formerSlugs: string[];
	} | null;
	/** By name. */
	doctors: (DoctorOnSite & { id: string; name: string; specialty: string })[];
}

/** @returns what patients read of a doctor in each language beside the first; empty: nothing was written */
export function aboutInOthers(
	translations: Translations<'about'>
): Record<(typeof OTHER_LANGUAGES)[number], string> {
	return Object.fromEntries(
		OTHER_LANGUAGES.map((language) => [language, translations[language]?.about?.trim() ?? ''])
	) as Record<(typeof OTHER_LANGUAGES)[number], string>;
}
