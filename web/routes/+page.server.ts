import { error, redirect } from '@sveltejs/kit';
import { ownClinics, todayAt } from '#web/lib/server/board-page.ts';
import { organizationHome } from '#web/lib/server/organization-frame.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const [clinic] = await ownClinics(locals.actor!);
	if (!clinic) {
		// Who keeps the accounts or the audit has no board, and something to do all the same.
		const path = organizationHome(locals.actor!);
		if (path !== null) redirect(303, path);
		error(403, 'Your account has no clinic yet. Ask your administrator to give you a role at one.');
	}
	redirect(303, `/board/${clinic.id}/${todayAt(clinic)}`);
};
