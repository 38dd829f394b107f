import { STAFF_ACTIONS, staffPage } from '#web/lib/server/staff-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => staffPage(locals.actor!);

export const actions = STAFF_ACTIONS;
