import { linkTimesPage, moveByLink } from '#web/lib/server/link-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => linkTimesPage(event);

export const actions: Actions = { move: (event) => moveByLink(event) };
