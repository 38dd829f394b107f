/** Codes as they are stored: asked for, given, taken once. Nothing stored tells whether a contact is anybody's. */
import { randomInt } from 'node:crypto';
import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { signInCodes } from '../../../db/schema/index.ts';
import { newSecret, secretHash } from '../../../db/sessions.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Counted } from '../../access/commands/attempts.ts';
import { contactKey, type Contact } from '../contact.ts';
import {
	CODE_DIGITS,
	CODE_MINUTES,
	CODES_FROM_ADDRESS,
	CODES_TO_CONTACT,
	DAY_MS,
	MAX_TRIES,
	TRIES_FROM_ADDRESS
} from '../sign-in-rules.ts';

/** @returns six digits that nobody can foresee */
export function newCode(): string {
	return String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
}

/** @returns what is stored of a code: without the browser's secret nobody finds it out */
export function codeHash(secret: string, code: string): string {
	return secretHash(`${secret}:${code}`);
}

/** @param purpose left out: signing in; else a code for it is worth nothing for anything else */
export function contactHash(contact: Contact, purpose = ''): string {
	return secretHash(purpose + contactKey(contact));
}

/** Codes that were asked for, whether anybody has the contact or not. */
export function codesTo(organizationId: string, contact: Contact): Counted {
	return {
		id: secretHash(`patient-code:${organizationId}:${contactKey(contact)}`),
		rule: CODES_TO_CONTACT
	};
}

/** The same by a visitor's network address. */
export function codesFrom(address: string): Counted {
	return { id: secretHash(`patient-codes:${address}`), rule: CODES_FROM_ADDRESS };
}

/** Codes and birth dates that were tried from an address. */
export function triesFrom(address: string): Counted {
	return { id: secretHash(`patient-tries:${address}`), rule: TRIES_FROM_ADDRESS };
}

/**
 * Stores that a code was asked for; the one before for the same contact is over.
 * @param code `null`: it is not known yet whether anybody has the contact
 * @param now epoch milliseconds
 * @returns the secret for the browser that asked
 */
export async function storeCode(
	transaction: Transaction,
	{ organizationId, contact }: { organizationId: string; contact: string },
	code: string | null,
	now: number
): Promise<string> {
	// Two that ask at once do it one after the other: the later one's code counts.
	await transaction.execute(
		sql`SELECT pg_advisory_xact_lock(hashtextextended(${organizationId + contact}, 3))`
	);
	const own = eq(signInCodes.organizationId, organizationId);
	await transaction
		.delete(signInCodes)
		.where(and(own, lt(signInCodes.expiresAt, new Date(now - DAY_MS))));
	await transaction
		.update(signInCodes)
		.set({ expiresAt: new Date(now) })
		.where(
			and(
				...[own, eq(signInCodes.contactHash, contact), isNull(signInCodes.usedAt)],
				gt(signInCodes.expiresAt, new Date(now))
			)
		);
	const secret = newSecret();
	await transaction.insert(signInCodes).values({
		...{ organizationId, id: secretHash(secret), contactHash: contact },
		codeHash: code === null ? null : codeHash(secret, code),
		expiresAt: new Date(now + CODE_MINUTES * 60_000)
	});
	return secret;
}

export type CodeRow = typeof signInCodes.$inferSelect;

/** @returns the code that a browser asked for, held until the transaction ends; `null`: over, or of another contact */
export async function lockCode(
	transaction: Transaction,
	{ organizationId, secret, contact }: { organizationId: string; secret: string; contact: string },
	now: number
): Promise<CodeRow | null> {
	const [row] = await transaction
		.select()
		.from(signInCodes)
		.where(
			and(eq(signInCodes.organizationId, organizationId), eq(signInCodes.id, secretHash(secret)))
		)
		.for('update');
	if (!row || row.contactHash !== contact || row.expiresAt.getTime() <= now) return null;
	return row.tries >= MAX_TRIES ? null : row;
}

/** Counts a wrong one. @returns how many tries are left */
export async function countWrong(transaction: Transaction, { id, tries }: CodeRow) {
	await transaction
		.update(signInCodes)
		.set({ tries: tries + 1 })
		.where(eq(signInCodes.id, id));
	return { outcome: 'wrong' as const, left: MAX_TRIES - tries - 1 };
}

/** The right one was given: whoever gives it again is too late. Tries begin anew for what is asked next. */
export async function markUsed(transaction: Transaction, row: CodeRow, now: number): Promise<void> {
	await transaction
		.update(signInCodes)
		.set({ usedAt: new Date(now), tries: 0 })
		.where(eq(signInCodes.id, row.id));
}

/** It did what it was for. */
export async function dropCode(transaction: Transaction, row: CodeRow): Promise<void> {
	await transaction.delete(signInCodes).where(eq(signInCodes.id, row.id));
}
