import { siteText } from '#web/lib/server/site-page.ts';
import type { PageServerLoad } from './$types';

/** Nothing on it needs a script. */
export const csr = false;

export const load: PageServerLoad = ({ params }) => siteText(params, 'about');
