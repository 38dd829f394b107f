/** Whether a message that waits does so because of its rule's quiet hours. Pure; instants are epoch milliseconds. */
import { afterQuiet, AHEAD, sendingTime, type QuietHours } from './due-time.ts';
import type { MessageKind, MessageState } from './message.ts';

export interface WaitingMessage {
	kind: MessageKind;
	state: MessageState;
	dueAt: number;
	/** Tries so far. */
	attempts: number;
	/** Of its rule and clinic; `null`: no rule says it. */
	quiet: (QuietHours & { zone: string }) | null;
	/** Start of its visit. */
	startsAt: number | null;
}

/**
 * @returns when the quiet hours end that keep it, be it that it is looked at before or after the sender has put it off;
 *   `null`: something else decides when it leaves
 */
export function waitsForQuietUntil(message: WaitingMessage, now: number): number | null {
	const { kind, state, dueAt, attempts, quiet, startsAt } = message;
	if (state !== 'queued' || quiet === null) return null;
	const end = afterQuiet(quiet, now, quiet.zone);
	// One that was planned for that very moment waits for its time, not for the hours to end.
	if (end === now || dueAt > end || (dueAt === end && attempts === 0)) return null;
	const isAhead = (AHEAD as readonly string[]).includes(kind);
	const leaves = sendingTime(quiet, {
		...{ now, zone: quiet.zone, isAhead },
		startsAt: kind === 'missed' ? null : startsAt
	});
	return leaves === end ? end : null;
}
