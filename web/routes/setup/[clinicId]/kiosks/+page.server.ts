import { KIOSK_ACTIONS, kiosksPage } from '#web/lib/server/kiosks-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => kiosksPage(event);

export const actions = KIOSK_ACTIONS;
