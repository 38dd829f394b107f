import { SITE_ACTIONS, siteSetupPage } from '#web/lib/server/site-setup-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => siteSetupPage(locals.actor!, url.origin);

export const actions = SITE_ACTIONS;
