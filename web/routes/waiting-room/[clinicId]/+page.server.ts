import { boardPage, ownClinic, todayAt } from '#web/lib/server/board-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
	const clinic = await ownClinic(locals.actor!, params.clinicId);
	return boardPage(locals.actor!, params.clinicId, todayAt(clinic));
};
