import { SETTINGS_ACTIONS, settingsPage } from '#web/lib/server/settings-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => settingsPage(locals.actor!);

export const actions = SETTINGS_ACTIONS;
