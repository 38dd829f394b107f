import { redirect } from '@sveltejs/kit';
import { ownClinic, todayAt } from '#web/lib/server/board-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const clinic = await ownClinic(locals.actor!, params.clinicId);
	redirect(303, `/board/${clinic.id}/${todayAt(clinic)}`);
};
