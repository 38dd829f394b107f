import { sitemapXml } from '#web/lib/server/sitemap.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ url }) =>
	new Response(await sitemapXml(url.origin), { headers: { 'content-type': 'application/xml' } });
