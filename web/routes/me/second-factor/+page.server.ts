import { SECOND_FACTOR_ACTIONS, secondFactorPage } from '#web/lib/server/second-factor-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => secondFactorPage(locals.actor!);

export const actions = SECOND_FACTOR_ACTIONS;
