/** What a rule would send next. Pure. */
import type { Channel, SuppressionReason } from './message.ts';

export interface NextMessage {
	appointmentId: string;
	/** Of the visit; epoch milliseconds, as all instants here. */
	startsAt: number;
	/** IANA zone of its clinic. */
	zone: string;
	clinicId: string;
	clinicName: string;
	/** Whom it would go to; never a name. */
	initials: string;
	/** When it would leave. */
	dueAt: number;
	/** The first way that leads to the patient; `null`: none does. */
	channel: Channel | null;
	/** Why it would not leave as things stand; `null`: it would. */
	suppression: SuppressionReason | null;
}

/** How many the editor shows. */
export const NEXT_SHOWN = 10;
