/** Passwords, hashed with argon2id at the strength that OWASP recommends (19 MiB, 2 passes). */
import { hash, verify } from '@node-rs/argon2';

const STRENGTH = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** @returns the argon2id hash in PHC format. */
export function hashPassword(password: string): Promise<string> {
	return hash(password, STRENGTH);
}

/** @returns whether `password` belongs to `passwordHash`. Takes the same time for right and wrong ones. */
export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
	return verify(passwordHash, password, STRENGTH);
}

/** A hash of nothing that anybody knows: verified against when an account does not exist, so that it takes as long. */
export const UNKNOWN_ACCOUNT_HASH = await hashPassword(crypto.randomUUID());
