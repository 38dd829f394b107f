import { json } from '@sveltejs/kit';
import { siteOf } from '#web/lib/server/site-page.ts';
import type { RequestHandler } from './$types';

/** For an iPhone's home screen, without which it shows no messages; what opens there is the page that was added. */
export const GET: RequestHandler = async ({ params }) => {
	const { name } = await siteOf(params.site);
	const icons = [{ src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' }];
	return json(
		{ name, short_name: name.slice(0, 30), lang: params.lang, display: 'standalone', icons },
		{ headers: { 'content-type': 'application/manifest+json' } }
	);
};
