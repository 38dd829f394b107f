/** Codes from an authenticator app (RFC 6238): six digits, a new one every 30 seconds. */
import { Secret, TOTP } from 'otpauth';
import { grouped, type FactorSecret } from '../second-factor.ts';

const ISSUER = 'Dayboard';
/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
/** A clock may be off by one code. */
const WINDOW_STEPS = 1;
const FORM = { algorithm: 'SHA1', digits: 6, period: 30 };

/** @returns a fresh shared secret, base32 */
export function newFactorSecret(): string {
	return new Secret({ size: SECRET_BYTES }).base32;
}

/** @param email tells several accounts in one app apart */
export function secretForApp(secret: string, email: string): FactorSecret {
	const totp = new TOTP({
		...FORM,
		issuer: ISSUER,
		label: email,
		secret: Secret.fromBase32(secret)
	});
	return { uri: totp.toString(), text: grouped(secret) };
}

/**
 * @param now epoch milliseconds
 * @returns the time step that a code belongs to, one of three; `null`: it fits none of them
 */
export function stepOf(secret: string, code: string, now: number): number | null {
	const totp = new TOTP({ ...FORM, secret: Secret.fromBase32(secret) });
	const steps = totp.validate({ token: code, timestamp: now, window: WINDOW_STEPS });
	return steps === null ? null : TOTP.counter({ period: FORM.period, timestamp: now }) + steps;
}
