/** One opening is worked on by one at a time: the engine, and staff who take its offers into their own hands. */
import type { Transaction } from '../../../db/transaction.ts';

/** Waits for its turn; kept until the transaction ends. Take it before any row is locked. */
export async function lockOpening({ $client }: Transaction, openingId: string): Promise<void> {
	await $client.query(`SELECT pg_advisory_xact_lock(hashtextextended('opening/' || $1, 0))`, [
		openingId
	]);
}
