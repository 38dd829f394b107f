import { waitForTime, waitlistPage } from '#web/lib/server/waitlist-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = waitlistPage;

export const actions: Actions = { join: waitForTime };
