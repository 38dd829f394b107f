/** How an organization's waitlist works: weights, expiry, batches, approval. The schema is the edge. Pure. */
import { z } from 'zod';
import { URGENCIES } from './entry.ts';
import { DEFAULT_WEIGHTS, MAX_WEIGHT, SCORE_PARTS } from './score.ts';

/** What may be chosen. */
export const WAITLIST_RANGES = {
	offerMinutes: { least: 2, most: 24 * 60 },
	batchSize: { least: 1, most: 10 },
	mostOffers: { least: 1, most: 100 },
	approvalMinutes: { least: 2, most: 24 * 60 }
} as const;

const within = (field: keyof typeof WAITLIST_RANGES, what: string) => {
	const { least, most } = WAITLIST_RANGES[field];
	const message = `${what} must be a whole number from ${least} to ${most}.`;
	return z.int({ error: message }).min(least, message).max(most, message);
};

const WEIGHT_FAULT = `A weight is a number from 0 to ${MAX_WEIGHT}.`;
const weight = z.number({ error: WEIGHT_FAULT }).min(0, WEIGHT_FAULT).max(MAX_WEIGHT, WEIGHT_FAULT);

export const weightsSchema = z.strictObject(
	Object.fromEntries(SCORE_PARTS.map((part) => [part, weight])) as Record<
		(typeof SCORE_PARTS)[number],
		typeof weight
	>
);

export const waitlistSettingsSchema = z.strictObject({
	/** Off: nothing is offered by itself. */
	enabled: z.boolean(),
	/** For how long a time is held for whoever it is offered to. */
	offerMinutes: within('offerMinutes', 'Minutes to answer'),
	/** How many are asked at once; the first who says yes gets it. */
	batchSize: within('batchSize', 'How many are asked at once'),
	/** How many are asked for one time in all. */
	mostOffers: within('mostOffers', 'How many are asked in all'),
	/** For how long a time is held while reception decides. */
	approvalMinutes: within('approvalMinutes', 'Minutes to approve'),
	/** What reception lets go out first. */
	approveUrgencies: z.array(z.enum(URGENCIES)).max(URGENCIES.length),
	approveServiceIds: z.array(z.uuid()).max(200),
	weights: weightsSchema
});
export type WaitlistSettings = z.infer<typeof waitlistSettingsSchema>;

/** What whoever changes them is shown. */
export interface WaitlistSetup {
	settings: WaitlistSettings;
	/** By name: what can be held back for approval. */
	services: { id: string; name: string }[];
}

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

/** @returns the fields in which they differ; those of weights with a dot: `weights.urgency` */
export function changedSettings(before: WaitlistSettings, after: WaitlistSettings): string[] {
	const said = (value: unknown) => JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
	const { weights, ...plain } = after;
	return [
		...Object.keys(plain).filter(
			(field) =>
				said(before[field as keyof typeof plain]) !== said(plain[field as keyof typeof plain])
		),
		...SCORE_PARTS.filter((part) => before.weights[part] !== weights[part]).map(
			(part) => `weights.${part}`
		)
	];
}
