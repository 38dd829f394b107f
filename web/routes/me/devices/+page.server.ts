import { DEVICE_ACTIONS, devicesPage } from '#web/lib/server/devices-page.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => devicesPage(locals.actor!);

export const actions = DEVICE_ACTIONS;
