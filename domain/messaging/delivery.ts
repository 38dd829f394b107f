/** How many messages arrived: figures of a period beside those of the one before. Pure. */
import { z } from 'zod';
import type { Channel, MessageKind } from './message.ts';

/** Days that a period has. */
export const PERIODS = [7, 28] as const;
export type PeriodDays = (typeof PERIODS)[number];

/** What stands in the address of the page of figures. */
export const periodSchema = z
	.enum(['7', '28'], 'Choose 7 or 28 days.')
	.default('7')
	.transform((text) => Number(text) as PeriodDays);

/** Messages that were due in a period, by what became of them. */
export interface DeliveryCounts {
	/** Taken by a provider, whether or not it said later that they arrived. */
	sent: number;
	/** Of those: the provider said that they arrived. */
	delivered: number;
	/** Reached nobody by any way. */
	failed: number;
	/** Not sent on purpose. */
	suppressed: number;
}

export interface Compared {
	now: DeliveryCounts;
	/** The period of the same length just before. */
	before: DeliveryCounts;
}

export interface ChannelFigures extends Compared {
	channel: Channel;
}

export interface RuleFigures extends Compared {
	kind: MessageKind;
	/** `null`: messages that no rule writes. */
	ruleId: string | null;
	/** Where and for what the rule holds; `null`: everywhere, for everything. */
	clinicName: string | null;
	serviceName: string | null;
	/** Whether the rule was removed since. */
	isRetired: boolean;
}

/** @returns how many there were of all that is counted */
export function settledOf({ sent, failed, suppressed }: DeliveryCounts): number {
	return sent + failed + suppressed;
}

export function sumOf(all: readonly Compared[]): Compared {
	const add = (pick: (one: Compared) => DeliveryCounts): DeliveryCounts =>
		all.map(pick).reduce(
			(sum, one) => ({
				sent: sum.sent + one.sent,
				delivered: sum.delivered + one.delivered,
				failed: sum.failed + one.failed,
				suppressed: sum.suppressed + one.suppressed
			}),
			{ sent: 0, delivered: 0, failed: 0, suppressed: 0 }
		);
	return { now: add(({ now }) => now), before: add(({ before }) => before) };
}

/**
 * @returns each as a share of what it is a part of, from 0 to 1; `null`: there was nothing. Arrived: of those that were
 *   sent; failed: of those that were tried; not sent on purpose: of all.
 */
export function sharesOf({ sent, delivered, failed, suppressed }: DeliveryCounts): {
	delivered: number | null;
	failed: number | null;
	suppressed: number | null;
} {
	const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
	return {
		delivered: share(delivered, sent),
		failed: share(failed, sent + failed),
		suppressed: share(suppressed, sent + failed + suppressed)
	};
}
