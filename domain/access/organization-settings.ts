/** What an organization chooses for itself: its name, its rules of signing in, its words. */
import { z } from 'zod';
import { GRACE_RANGE } from '../messaging/grace.ts';
import { APPOINTMENT_STATUSES } from '../scheduling/appointment.ts';

/** The product's own, where an organization has not chosen (the same as `session_setting` in migration 0012). */
export const SESSION_DEFAULTS = { idleMinutes: 720, maxHours: 168, devices: 10 } as const;

/** Short enough to be safe, long enough to work: what may be chosen. */
export const SESSION_RANGES = {
	idleMinutes: { least: 5, most: 7 * 24 * 60 },
	maxHours: { least: 1, most: 90 * 24 },
	devices: { least: 1, most: 50 }
} as const;

/** How long a device may show the boards of today and tomorrow without a line; 0: it keeps none. */
export const OFFLINE_HOURS = { usual: 24, least: 0, most: 72 } as const;

const within = ({ least, most }: { least: number; most: number }, what: string) => {
	const message = `${what} must be a whole number from ${least} to ${most}.`;
	return z.int({ error: message }).min(least, message).max(most, message);
};

const storable = (typed: string) => !typed.includes('\0') && typed.isWellFormed();
const NOT_STORABLE = 'This holds characters that cannot be stored.';

const label = z
	.string()
	.trim()
	.max(30, 'A word for a status can have 30 characters at most.')
	.refine(storable, NOT_STORABLE);

export const organizationSettingsSchema = z
	.strictObject({
		name: z
			.string()
			.trim()
			.min(1, 'Please enter a name.')
			.max(200, 'The name can have 200 characters at most.')
			.refine(storable, NOT_STORABLE),
		idleMinutes: within(SESSION_RANGES.idleMinutes, 'Minutes without use'),
		maxHours: within(SESSION_RANGES.maxHours, 'Hours in all'),
		devices: within(SESSION_RANGES.devices, 'Devices'),
		secondFactor: z.enum(['optional', 'required']),
		offlineHours: within(OFFLINE_HOURS, 'Hours without a connection'),
		/** How long after a change patients are told of it, and a time that became free is offered to others. */
		graceMinutes: within(GRACE_RANGE, 'Minutes before patients are told'),
		/** Empty: the product's word. */
		statusLabels: z.partialRecord(z.enum(APPOINTMENT_STATUSES), label)
	})
	.refine(({ idleMinutes, maxHours }) => idleMinutes <= maxHours * 60, {
		path: ['idleMinutes'],
		message: 'The time without use cannot be longer than the time in all.'
	});
export type OrganizationSettingsInput = z.infer<typeof organizationSettingsSchema>;
