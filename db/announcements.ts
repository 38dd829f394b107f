/**
 * Telling the sync servers, through PostgreSQL, that something was committed.
 *
 * Sent after the commit and not inside it: a transaction with NOTIFY holds a lock on the whole cluster until its log
 * is on disk, and commits went from 4,400 to 1,700 a second with it (docs/BENCHMARKS.md). What is lost when the
 * process dies in between is found again in `events` by the projector.
 */
import type { FeedMessage } from '../domain/board/feed.ts';
import { CHANGES_CHANNEL } from '../domain/board/feed.ts';
import type { Database } from './database.ts';
import { poolOf } from './pool.ts';

/** Messages that wait for the one that is on its way; sent together as soon as it has arrived. */
const waiting = new WeakMap<Database, FeedMessage[]>();

/** Announces one committed change. Returns at once; never throws: the projector does not depend on it. */
export function announce(database: Database, message: FeedMessage): void {
	const queue = waiting.get(database);
	if (queue) {
		queue.push(message);
		return;
	}
	const first = [message];
	waiting.set(database, first);
	void sendAll(database, first);
}

async function sendAll(database: Database, queue: FeedMessage[]): Promise<void> {
	try {
		while (queue.length > 0) {
			const payloads = queue.splice(0).map((message) => JSON.stringify(message));
			await poolOf(database).query({
				name: 'announce',
				// Nothing is stored, so nobody need wait for the disk.
				text: `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, payload)
					FROM unnest($2::text[]) AS payload`,
				values: [CHANGES_CHANNEL, payloads]
			});
		}
	} catch {
		// The database went away after the commit. The projector reads `events` when it is back.
	} finally {
		waiting.delete(database);
	}
}
