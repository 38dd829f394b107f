/**
 * Telling the sync servers, through PostgreSQL, that something was committed.
 *
 * Sent after the commit and not inside it: a transaction with NOTIFY holds a lock on the whole cluster until its log
 * is on disk, and commits went from 4,400 to 1,700 a second with it (docs/BENCHMARKS.md). What could not be sent is
 * kept and sent when the database is back: an offer leaves no event that would be found later. What is lost when the
 * process dies in between is found again in `events` by the projector.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedMessage } from '../domain/board/feed.ts';
import { CHANGES_CHANNEL } from '../domain/board/feed.ts';
import type { Database } from './database.ts';
import { poolOf } from './pool.ts';
import { sqlStateOf } from './sql-state.ts';

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

/** Between two tries. */
const AGAIN_MS = 1_000;
/** A database that is away for longer is told anew to everybody: boards are rebuilt when their servers find it again. */
const MOST_TRIES = 300;
/** More than this are too many to wait; the oldest go first, and what they told of is in `events`. */
const MOST_WAITING = 10_000;
/** What is wrong with a message itself does not mend by waiting: SQLSTATE class 22. */
const isUnfit = (fault: unknown) => sqlStateOf(fault)?.startsWith('22') ?? false;

async function sendAll(database: Database, queue: FeedMessage[]): Promise<void> {
	const pool = poolOf(database);
	let tries = 0;
	try {
		while (queue.length > 0) {
			const sending = queue.splice(0);
			try {
				await pool.query({
					name: 'announce',
					// Nothing is stored, so nobody need wait for the disk.
					text: `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, payload)
						FROM unnest($2::text[]) AS payload`,
					values: [CHANGES_CHANNEL, sending.map((message) => JSON.stringify(message))]
				});
				tries = 0;
			} catch (fault) {
				if (isUnfit(fault)) continue;
				if (pool.ending || ++tries > MOST_TRIES) return;
				queue.unshift(...sending);
				queue.splice(0, queue.length - MOST_WAITING);
				// A process that has nothing else left to do need not stay for it.
				await delay(AGAIN_MS, undefined, { ref: false });
			}
		}
	} finally {
		waiting.delete(database);
	}
}
