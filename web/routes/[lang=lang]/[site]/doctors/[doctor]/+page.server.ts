import { directoryOf, named, siteOf } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

/** Nothing on it needs a script. */
export const csr = false;

export const load: PageServerLoad = async ({ params }) => {
	const { clinics, services, doctors } = await directoryOf(await siteOf(params.site));
	const doctor = named(doctors, params.doctor);
	return {
		doctor,
		clinics: clinics.filter(({ id }) => doctor.clinicIds.includes(id)),
		services: services.filter(({ id }) => doctor.serviceIds.includes(id))
	};
};
