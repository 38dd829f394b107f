import { lookAtKioskLink, takeKioskLink } from '#web/lib/server/kiosk-page.ts';
import type { Actions } from './$types';

export const actions: Actions = {
	look: (event) => lookAtKioskLink(event),
	take: (event) => takeKioskLink(event)
};
