import { directoryOf, siteOf } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params }) => {
	const { clinics, doctors } = await directoryOf(await siteOf(params.site));
	return {
		clinics,
		specialties: [...new Set(doctors.map(({ specialty }) => specialty))].filter(Boolean).sort()
	};
};
