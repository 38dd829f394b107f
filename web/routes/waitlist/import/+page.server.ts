import { importPage } from '#web/lib/server/waitlist-import.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => importPage(locals.actor!);
