/** Codes of a second factor, as people type them. */

/** What an account's second factor is, for its owner. */
export type SecondFactor =
	| { state: 'off' }
	/** Not asked for until a first code was right. */
	| { state: 'setting-up' }
	/** `confirmedAt` in epoch milliseconds. */
	| { state: 'on'; confirmedAt: number; recoveryCodesLeft: number };

/** What an authenticator app needs: to scan, and to type. */
export interface FactorSecret {
	/** `otpauth://totp/…`, for the picture. */
	uri: string;
	/** Base32 in groups of four. */
	text: string;
}

export const RECOVERY_CODE_COUNT = 10;
/** Without letters that look like others (Crockford's base32); 80 bits in a code. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
export const RECOVERY_CODE_LENGTH = 16;
/** Longer than either kind with all the spaces that somebody may type. */
export const MAX_CODE_LENGTH = 64;

export type TypedCode =
	{ kind: 'app'; code: string } | { kind: 'recovery'; code: string } | { kind: 'none' };

/** @returns which of the two kinds somebody typed, in the form in which it is compared */
export function readCode(typed: string): TypedCode {
	if (typed.length > MAX_CODE_LENGTH) return { kind: 'none' };
	const bare = typed.toLowerCase().replace(/[\s-]/g, '');
	if (/^\d{6}$/.test(bare)) return { kind: 'app', code: bare };
	const code = bare.replaceAll('o', '0').replace(/[il]/g, '1');
	const isRecovery =
		code.length === RECOVERY_CODE_LENGTH && [...code].every((c) => LETTERS.includes(c));
	return isRecovery ? { kind: 'recovery', code } : { kind: 'none' };
}

/**
 * @param random one byte for each letter
 * @returns a recovery code in the form in which it is compared
 */
export function recoveryCodeFrom(random: Uint8Array): string {
	return [...random].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** @returns it in groups of four, to read and to type */
export function grouped(code: string): string {
	return code.replace(/(.{4})(?=.)/g, '$1 ');
}
