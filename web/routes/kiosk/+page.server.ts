import { kioskPage, leaveKioskToPatients, sayArrived } from '#web/lib/server/kiosk-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => kioskPage(event);

export const actions: Actions = {
	arrive: (event) => sayArrived(event),
	leave: (event) => leaveKioskToPatients(event)
};
