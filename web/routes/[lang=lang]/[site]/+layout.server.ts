import { siteOf } from '#web/lib/server/site-page.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ params, url }) => {
	const { organizationId: _, ...site } = await siteOf(params.site);
	return { site, lang: params.lang, origin: url.origin };
};
