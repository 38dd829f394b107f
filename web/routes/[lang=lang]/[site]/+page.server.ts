import { directoryOf, siteOf } from '#web/lib/server/site-page.ts';
import { textsIn } from '#domain/site/site.ts';
import type { PageServerLoad } from './$types';

/** Nothing on it needs a script. */
export const csr = false;

export const load: PageServerLoad = async ({ params }) => {
	const site = await siteOf(params.site);
	const { clinics, doctors } = await directoryOf(site);
	const { lead, welcome } = textsIn(site.texts, params.lang);
	return {
		...{ lead, welcome },
		clinics,
		specialties: [...new Set(doctors.map(({ specialty }) => specialty))].filter(Boolean).sort()
	};
};
