/** Time that became free, for which somebody on the waitlist is looked for. Pure. */

/** How it came to be free. */
export const OPENING_CAUSES = [
	'cancelled',
	'moved',
	'shortened',
	'unblocked',
	'opened',
	'by-hand'
] as const;
export type OpeningCause = (typeof OPENING_CAUSES)[number];

/**
 * `open`: somebody is looked for; `offered`: it waits for answers; `filled`: somebody took it; `exhausted`: nobody
 * (more) whom it suits; `gone`: it is too late, or the time is taken otherwise.
 */
export const OPENING_STATES = ['open', 'offered', 'filled', 'exhausted', 'gone'] as const;
export type OpeningState = (typeof OPENING_STATES)[number];

/** Instants are epoch milliseconds. */
export interface Opening {
	id: string;
	clinicId: string;
	/** Whose time it was; `null`: a room's alone. */
	practitionerId: string | null;
	/** The room that was free with it; `null`: none. */
	roomId: string | null;
	startsAt: number;
	endsAt: number;
	cause: OpeningCause;
	state: OpeningState;
	/** Offers go out in rounds; how many there were. */
	round: number;
}

/** What is shorter is nobody's visit. */
export const MIN_OPENING_MINUTES = 5;
