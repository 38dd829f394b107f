import { ROLES_ACTIONS, rolesPage } from '#web/lib/server/roles-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => rolesPage(locals.actor!);

export const actions = ROLES_ACTIONS;
