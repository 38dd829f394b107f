import { SECOND_STEP_ACTIONS, secondStepPage } from '#web/lib/server/second-step-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => secondStepPage(event);

export const actions = SECOND_STEP_ACTIONS;
