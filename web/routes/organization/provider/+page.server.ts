import { PROVIDER_ACTIONS, providerPage } from '#web/lib/server/provider-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => providerPage(locals.actor!, url);

export const actions = PROVIDER_ACTIONS;
