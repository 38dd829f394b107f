import { directoryOf, siteOf } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params }) => {
	const { clinics } = await directoryOf(await siteOf(params.site));
	return { clinics };
};
