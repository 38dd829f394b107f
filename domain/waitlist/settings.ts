/** How an organization's waitlist works: weights, expiry, batches, approval. The schema is the edge. Pure. */
import { z } from 'zod';
import { URGENCIES } from './entry.ts';
import { DEFAULT_WEIGHTS, MAX_WEIGHT, SCORE_PARTS } from './score.ts';

const weight = z.number().min(0).max(MAX_WEIGHT);

export const waitlistSettingsSchema = z.strictObject({
	/** Off: nothing is offered by itself. */
	enabled: z.boolean(),
	/** For how long a time is held for whoever it is offered to. */
	offerMinutes: z
		.int()
		.min(2)
		.max(24 * 60),
	/** How many are asked at once; the first who says yes gets it. */
	batchSize: z.int().min(1).max(10),
	/** How many are asked for one time in all. */
	mostOffers: z.int().min(1).max(100),
	/** For how long a time is held while reception decides. */
	approvalMinutes: z
		.int()
		.min(2)
		.max(24 * 60),
	/** What reception lets go out first. */
	approveUrgencies: z.array(z.enum(URGENCIES)).max(URGENCIES.length),
	approveServiceIds: z.array(z.uuid()).max(200),
	weights: z.strictObject(
		Object.fromEntries(SCORE_PARTS.map((part) => [part, weight])) as Record<
			(typeof SCORE_PARTS)[number],
			typeof weight
		>
	)
});
export type WaitlistSettings = z.infer<typeof waitlistSettingsSchema>;

export const WAITLIST_DEFAULTS: WaitlistSettings = {
	enabled: true,
	offerMinutes: 20,
	batchSize: 1,
	mostOffers: 20,
	approvalMinutes: 30,
	approveUrgencies: ['urgent'],
	approveServiceIds: [],
	weights: DEFAULT_WEIGHTS
};

/** @param stored what the organization has chosen; what it has not is the product's own */
export function waitlistSettingsOf(
	stored: Partial<WaitlistSettings> | undefined
): WaitlistSettings {
	return {
		...WAITLIST_DEFAULTS,
		...stored,
		weights: { ...WAITLIST_DEFAULTS.weights, ...stored?.weights }
	};
}
