import { directoryOf, named, siteOf } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

/** Nothing on it needs a script. */
export const csr = false;

export const load: PageServerLoad = async ({ params }) => {
	const { clinics, doctors } = await directoryOf(await siteOf(params.site));
	const clinic = named(clinics, params.clinic);
	return { clinic, doctors: doctors.filter(({ clinicIds }) => clinicIds.includes(clinic.id)) };
};
