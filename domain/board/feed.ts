/** What PostgreSQL tells the sync server after a commit: ids only, the rows are read again. */
import { z } from 'zod';

/** NOTIFY channel for committed changes to boards. */
export const CHANGES_CHANNEL = 'dayboard_changes';
/** NOTIFY channel for sessions that ended; the payload is the session's id (a hash). */
export const SESSIONS_CHANNEL = 'dayboard_sessions';

export const CHANGED_KINDS = ['appointment', 'block', 'offer', 'setup', 'draft'] as const;
export type ChangedKind = (typeof CHANGED_KINDS)[number];

const feedMessage = z.object({
	/** Organization. */
	o: z.uuid(),
	/** Boards that show the change or showed it before: clinic and local date. */
	b: z.array(z.tuple([z.uuid(), z.iso.date()])),
	/** What changed; `draft`: a draft is over; `offer`: of a time, to somebody on the waitlist; `setup`: who is there when at a clinic or what is offered, and the clinic's id. */
	kind: z.enum(CHANGED_KINDS),
	id: z.uuid()
});

export type FeedMessage = z.infer<typeof feedMessage>;

/** @returns the message, or `null` when the payload is none of ours. */
export function parseFeedMessage(payload: string): FeedMessage | null {
	try {
		const parsed = feedMessage.safeParse(JSON.parse(payload));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
}
