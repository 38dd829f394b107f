import { siteOf } from '#web/lib/server/site-page.ts';
import { redirect } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ params, url }) => {
	const { slug, name, hue, currency, logo } = await siteOf(params.site);
	// An address that it had before; for now, since it may have it again.
	if (params.site !== slug) {
		const old = `/${params.lang}/${params.site}`;
		redirect(302, `/${params.lang}/${slug}${url.pathname.slice(old.length)}${url.search}`);
	}
	return { site: { slug, name, hue, currency, logo }, lang: params.lang, origin: url.origin };
};
