import { redirect } from '@sveltejs/kit';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { endSession } from '#web/lib/server/identity.ts';
import type { Actions } from './$types';

export const actions: Actions = {
	default: async ({ locals, cookies }) => {
		if (locals.actor) await endSession(locals.actor);
		cookies.delete(SESSION_COOKIE, { path: '/' });
		redirect(303, '/sign-in');
	}
};
