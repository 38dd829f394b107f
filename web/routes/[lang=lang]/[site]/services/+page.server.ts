import { directoryOf, siteOf } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params }) => {
	const { services } = await directoryOf(await siteOf(params.site));
	return { services };
};
