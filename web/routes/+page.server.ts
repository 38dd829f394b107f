import { error, redirect } from '@sveltejs/kit';
import { ownClinics, todayAt } from '#web/lib/server/board-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	const [clinic] = await ownClinics(locals.actor!);
	if (!clinic) {
		error(403, 'Your account has no clinic yet. Ask your administrator to give you a role at one.');
	}
	redirect(303, `/board/${clinic.id}/${todayAt(clinic)}`);
};
