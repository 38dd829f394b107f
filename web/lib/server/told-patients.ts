/**
 * Whom of the waitlist a session was told of a moment ago. A panel that follows reads its list again and again: that
 * is one look at each patient, not hundreds in the audit.
 */
import type { Actor } from '#domain/access/actor.ts';

const FORGOTTEN_AFTER_MS = 10 * 60_000;
const MOST_SESSIONS = 2_000;

interface Told {
	/** Epoch milliseconds. */
	since: number;
	patientIds: Set<string>;
}
const bySession = new Map<string, Told>();

/** @returns whom the session was told of in the last ten minutes */
export function toldBefore(actor: Actor, now = Date.now()): ReadonlySet<string> {
	const told = bySession.get(keyOf(actor));
	return told && now - told.since < FORGOTTEN_AFTER_MS ? told.patientIds : new Set();
}

/** Notes whom the session was told of now. */
export function noteTold(
	actor: Actor,
	people: readonly { patient: { id: string } | null }[],
	now = Date.now()
): void {
	const key = keyOf(actor);
	const known = bySession.get(key);
	const told =
		known && now - known.since < FORGOTTEN_AFTER_MS
			? known
			: { since: now, patientIds: new Set<string>() };
	for (const { patient } of people) if (patient) told.patientIds.add(patient.id);
	bySession.delete(key);
	bySession.set(key, told);
	const [oldest] = bySession.keys();
	if (bySession.size > MOST_SESSIONS && oldest !== undefined) bySession.delete(oldest);
}

const keyOf = ({ organizationId, userId, sessionId }: Actor) =>
	`${organizationId}/${userId}/${sessionId ?? ''}`;
