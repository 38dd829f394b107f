/** Figures in words: shares, and how they differ from the period before. */
import { sharesOf, type Compared, type DeliveryCounts } from '#domain/messaging/delivery.ts';

/** What is counted, in the order in which it is shown. */
export const COUNTED = ['sent', 'delivered', 'failed', 'suppressed'] as const;
export type Counted = (typeof COUNTED)[number];

export const COUNTED_WORDS: Record<Counted, string> = {
	sent: 'Sent',
	delivered: 'Arrived',
	failed: 'Failed',
	suppressed: 'Not sent'
};

/** What each share is a share of. */
export const SHARE_WORDS: Record<Exclude<Counted, 'sent'>, string> = {
	delivered: 'of those sent',
	failed: 'of those tried',
	suppressed: 'of all'
};

const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

/** @returns `97.5%`; a dash where there was nothing to be a share of */
export function shareWords(share: number | null): string {
	return share === null ? '–' : percent.format(share);
}

/** @returns `+12`, `−3`, `±0` beside the period before */
export function differenceWords(now: number, before: number): string {
	const difference = now - before;
	if (difference === 0) return '±0';
	const size = Math.abs(difference).toLocaleString('en-GB');
	return difference > 0 ? `+${size}` : `−${size}`;
}

export interface FigureLine {
	what: Counted;
	count: number;
	before: number;
	/** `null`: it is what the others are shares of. */
	share: number | null | undefined;
	shareBefore: number | null | undefined;
}

/** @returns a line for everything that is counted */
export function figureLines({ now, before }: Compared): FigureLine[] {
	const shares = (counts: DeliveryCounts): Partial<Record<Counted, number | null>> =>
		sharesOf(counts);
	return COUNTED.map((what) => ({
		...{ what, count: now[what], before: before[what] },
		...{ share: shares(now)[what], shareBefore: shares(before)[what] }
	}));
}
