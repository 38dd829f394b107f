import { keepChosen, timesPage } from '#web/lib/server/booking-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => timesPage(event);

export const actions: Actions = { keep: (event) => keepChosen(event) };
