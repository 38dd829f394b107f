import { finishAtCallback } from '#web/lib/server/provider-sign-in.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => finishAtCallback(event);
