/** What PostgreSQL says went wrong, by its five-letter code. */

/** Codes that the application acts on (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
export const SQL_STATE = {
	exclusionViolation: '23P01',
	foreignKeyViolation: '23503',
	uniqueViolation: '23505',
	serializationFailure: '40001',
	deadlockDetected: '40P01',
	lockNotAvailable: '55P03',
	/** Ours (migration 0030): a visit from the waitlist whose offer is over. */
	offerOver: 'DBW01'
} as const;

/** @returns the SQLSTATE of a database error, also where drizzle wrapped it; `null` for any other error. */
export function sqlStateOf(error: unknown): string | null {
	for (let fault = error; fault instanceof Error; fault = fault.cause) {
		const { code } = fault as { code?: unknown };
		if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
	}
	return null;
}
