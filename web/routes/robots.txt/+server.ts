import type { RequestHandler } from './$types';

/** The public pages are for everybody; what needs a sign-in answers no crawler anyway. */
export const GET: RequestHandler = ({ url }) =>
	new Response(['User-agent: *', 'Allow: /', `Sitemap: ${url.origin}/sitemap.xml`, ''].join('\n'), {
		headers: { 'content-type': 'text/plain' }
	});
