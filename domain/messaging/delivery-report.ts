/** What an SMS provider reports of a message later on. Pure. */
import type { ClosedReason } from './message.ts';

export interface DeliveryReport {
	messageId: string;
	/** Which try of it. */
	attempt: number;
	/** What the provider calls it. */
	providerId: string;
	/** The provider's own word: `delivered`, `undelivered`, … */
	status: string;
	/** The provider's own number for what went wrong; `null`: nothing, or it does not say. */
	errorCode: number | null;
}

/** What it comes to. `null`: it is on its way, and nothing is new. */
export type ReportedOutcome =
	{ outcome: 'delivered' } | { outcome: 'failed'; closes: ClosedReason | null } | null;

/** Numbers by which providers say that there never will be an SMS to that telephone. */
const CLOSING: Record<number, ClosedReason> = {
	21610: 'opted-out',
	30005: 'invalid',
	30006: 'invalid'
};

export function reportedOutcome({
	status,
	errorCode
}: Pick<DeliveryReport, 'status' | 'errorCode'>): ReportedOutcome {
	switch (status) {
		case 'delivered':
		case 'read':
			return { outcome: 'delivered' };
		case 'undelivered':
		case 'failed':
			return { outcome: 'failed', closes: CLOSING[errorCode ?? 0] ?? null };
		default:
			return null;
	}
}
