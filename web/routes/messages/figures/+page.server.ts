import { figuresPage } from '#web/lib/server/figures-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) =>
	figuresPage(locals.actor!, url.searchParams);
