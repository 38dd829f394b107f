/** The page of one's devices: what it shows, and what can be done on it. */
import { fail, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { endDevice, endOtherDevices } from '#domain/access/commands/devices.ts';
import { readDevices } from '#domain/access/queries/devices.ts';
import type { Actor } from '#domain/access/actor.ts';
import { database } from './database.ts';

export async function devicesPage(actor: Actor) {
	return { devices: await readDevices(database(), actor) };
}

/** A session's hash. */
const deviceId = z.string().regex(/^[0-9a-f]{64}$/);

export const DEVICE_ACTIONS = {
	end: async ({ locals, request }: RequestEvent) => {
		const form = await request.formData();
		const parsed = deviceId.safeParse(form.get('deviceId'));
		const ended = parsed.success && (await endDevice(database(), locals.actor!, parsed.data));
		if (!ended || !ended.ok) return fail(404, { message: 'This device is signed out already.' });
		return { message: 'Signed out.' };
	},
	endOthers: async ({ locals }: RequestEvent) => {
		await endOtherDevices(database(), locals.actor!);
		return { message: 'All other devices were signed out.' };
	}
};
