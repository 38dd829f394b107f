import { doctorPage } from '#web/lib/server/next-times.ts';
import type { PageServerLoad } from './$types';

/** Nothing on it needs a script. */
export const csr = false;

export const load: PageServerLoad = (event) => doctorPage(event);
