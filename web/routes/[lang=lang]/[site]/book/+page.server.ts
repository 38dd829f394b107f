import { byPath } from '#domain/site/site.ts';
import { directoryOf, siteOf } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

/** Nothing on it needs a script. */
export const csr = false;

export const load: PageServerLoad = async ({ params, url }) => {
	const { services, doctors } = await directoryOf(await siteOf(params.site));
	const doctor = byPath(doctors, url.searchParams.get('doctor') ?? '');
	const clinic = url.searchParams.get('clinic')?.slice(0, 120) ?? null;
	const offered = new Set((doctor ? [doctor] : doctors).flatMap(({ serviceIds }) => serviceIds));
	return {
		services: services.filter(({ id }) => offered.has(id)),
		doctor: doctor && { name: doctor.name, path: doctor.path },
		clinic
	};
};
