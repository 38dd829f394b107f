/** Every public page of every published site, in each language, for search engines. */
import { findSite, publishedSites } from '#domain/site/queries.ts';
import { SITE_LANGUAGES } from '#domain/site/site.ts';
import { database } from './database.ts';
import { directoryOf } from './site-page.ts';

const PAGES = ['', '/clinics', '/doctors', '/services', '/about', '/contact', '/privacy'];

/** @returns the sitemap (sitemaps.org) of the sites at an origin */
export async function sitemapXml(origin: string): Promise<string> {
	const entries: string[] = [];
	for (const { slug } of await publishedSites(database())) {
		const site = await findSite(database(), slug);
		if (!site) continue;
		const { clinics, doctors } = await directoryOf(site);
		const paths = [
			...PAGES,
			...clinics.map(({ path }) => `/clinics/${path}`),
			...doctors.map(({ path }) => `/doctors/${path}`)
		];
		for (const path of paths) {
			const addresses = SITE_LANGUAGES.map(
				(language) => [language, `${origin}/${language}/${slug}${path}`] as const
			);
			const others = addresses.map(
				([language, href]) =>
					`<xhtml:link rel="alternate" hreflang="${language}" href="${escaped(href)}"/>`
			);
			for (const [, href] of addresses) {
				entries.push(`<url><loc>${escaped(href)}</loc>${others.join('')}</url>`);
			}
		}
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${entries.join('\n')}
</urlset>
`;
}

function escaped(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
