import { SERVICE_ACTIONS } from '#web/lib/server/setup-actions.ts';
import { servicesPage } from '#web/lib/server/setup-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params }) =>
	servicesPage(locals.actor!, params.clinicId);

export const actions = SERVICE_ACTIONS;
