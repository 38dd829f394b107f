import { linkPage, pressLink } from '#web/lib/server/link-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => linkPage(event);

export const actions: Actions = { default: (event) => pressLink(event) };
