import { HOURS_ACTIONS } from '#web/lib/server/setup-actions.ts';
import { hoursPage } from '#web/lib/server/setup-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params }) =>
	hoursPage(locals.actor!, params.clinicId);

export const actions = HOURS_ACTIONS;
