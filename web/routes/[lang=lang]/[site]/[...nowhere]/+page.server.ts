import { error } from '@sveltejs/kit';
import { m } from '#web/lib/paraglide/messages.js';
import type { PageServerLoad } from './$types';

/** Whoever mistypes an address of the site stays within it, and is told so in its language. */
export const load: PageServerLoad = () => error(404, m.not_found());
