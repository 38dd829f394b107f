import { redirect } from '@sveltejs/kit';
import { PROVIDER_SIGN_IN_ACTIONS } from '#web/lib/server/provider-sign-in.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	if (locals.actor) redirect(303, '/');
};

export const actions = PROVIDER_SIGN_IN_ACTIONS;
