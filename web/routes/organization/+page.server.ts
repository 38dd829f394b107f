import { error, redirect } from '@sveltejs/kit';
import { organizationHome } from '#web/lib/server/organization-frame.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
	const path = organizationHome(locals.actor!);
	if (path === null) error(403, 'This page is for administrators. Ask yours if you need it.');
	redirect(303, path);
};
