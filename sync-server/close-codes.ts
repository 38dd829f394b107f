/** Why a socket or a document on it is closed. Documented in docs/PROTOCOL.md; browsers act on `reason`. */

export interface CloseCode {
	code: number;
	reason: string;
}

/** Codes 4000 to 4999 are for applications (RFC 6455, section 7.4.2). */
export const CLOSE = {
	/** Signed out, expired or roles changed: sign in again. */
	sessionEnded: { code: 4401, reason: 'session-ended' },
	/** Wrote a document that only the server writes. */
	readOnly: { code: 4403, reason: 'read-only' },
	/** Said to be somebody else. */
	forgedPresence: { code: 4403, reason: 'forged-presence' },
	/** Not what this protocol says: a malformed frame, update or presence. */
	malformed: { code: 4400, reason: 'malformed' },
	/** Built upon what the server does not have: open the document anew and send all of it. */
	outOfStep: { code: 4409, reason: 'out-of-step' },
	/** The document would become larger than it may. */
	tooLarge: { code: 4413, reason: 'too-large' },
	/** More than one person needs. */
	tooMany: { code: 4429, reason: 'too-many' },
	/** The server stops; come back in a moment. */
	goingAway: { code: 1001, reason: 'going-away' }
} as const satisfies Record<string, CloseCode>;

/** Why a document is not opened; a document of another epoch answers `stale-epoch:<epoch in force>`. */
export const REFUSE = {
	forbidden: { reason: 'forbidden' },
	notFound: { reason: 'not-found' },
	tooMany: { reason: 'too-many' },
	/** What is stored was changed outside Dayboard. */
	unreadable: { reason: 'unreadable' },
	/** It could not be read now: ask again in a moment. */
	unavailable: { reason: 'unavailable' }
} as const;
