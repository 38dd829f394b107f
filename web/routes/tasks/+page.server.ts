import { TASK_ACTIONS, tasksPage } from '#web/lib/server/tasks-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => tasksPage(locals.actor!, url.searchParams);

export const actions = TASK_ACTIONS;
