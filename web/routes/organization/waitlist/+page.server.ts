import {
	WAITLIST_SETTINGS_ACTIONS,
	waitlistSettingsPage
} from '#web/lib/server/waitlist-settings-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => waitlistSettingsPage(locals.actor!);

export const actions = WAITLIST_SETTINGS_ACTIONS;
