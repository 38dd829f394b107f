import { boardPage } from '#web/lib/server/board-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => ({
	...(await boardPage(locals.actor!, params.clinicId, params.date)),
	theme: locals.theme
});
