import { doctorSearchSchema } from '#domain/site/doctor-search.ts';
import { doctorsPage, siteOf } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

/** Nothing on it needs a script. */
export const csr = false;

export const load: PageServerLoad = async ({ params, url }) =>
	doctorsPage(
		await siteOf(params.site),
		doctorSearchSchema.parse(Object.fromEntries(url.searchParams))
	);
