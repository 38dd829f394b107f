import { MESSAGES_ACTIONS, messagesPage } from '#web/lib/server/messages-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) =>
	messagesPage(locals.actor!, url.searchParams);

export const actions = MESSAGES_ACTIONS;
