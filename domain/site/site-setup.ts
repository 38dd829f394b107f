/** The public site as the administrator's page gets it. Pure. */
import type { SiteLanguage, SiteTexts } from './site.ts';
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
		/** Addresses that it had before, which still lead to it; the newest first. */
		formerSlugs: string[];
	} | null;
	/** By name. */
	doctors: (DoctorOnSite & { id: string; name: string; specialty: string })[];
}
