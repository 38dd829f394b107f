/** What people on a board say of what they are doing; who they are, the server says. */

/** Parts of a visit that somebody may be changing at this moment. */
export const ATTENTION_FIELDS = ['place', 'status', 'note', 'cancellation'] as const;
export type AttentionField = (typeof ATTENTION_FIELDS)[number];

/** The card that has somebody's attention. */
export interface Attention {
	appointmentId: string;
	/** Left out: it is only looked at. */
	field?: AttentionField | undefined;
}
