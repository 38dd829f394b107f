/**
 * Finds committed changes that nobody announced: a process may die between its commit and the announcement
 * (db/announcements.ts). Looks through the newest events every few seconds and tells the projector of those that it
 * has not seen; telling twice costs one read.
 */
import { and, asc, desc, eq, gt } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '#db/database.ts';
import { events } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { BoardRooms } from './documents/board-rooms.ts';
import type { Projector } from './projector.ts';

const INTERVAL_MS = 2_000;
/** A transaction that began earlier may commit a lower id later: this many are looked at again. */
const OVERLAP = 500;
const MOST = 2_000;

/** Starts looking. @returns how to stop it */
export function startCatchUp(options: {
	database: Database;
	rooms: BoardRooms;
	projector: Projector;
	log: Logger;
}): () => void {
	const { database, rooms, projector, log } = options;
	/** Highest event seen, and the ids seen near it, by organization. */
	const seen = new Map<string, { highest: number; ids: Set<number> }>();

	async function look(organizationId: string): Promise<void> {
		const before = seen.get(organizationId);
		const rows = await inOrganization(database, organizationId, (transaction) =>
			transaction
				.select({
					...{ id: events.id, kind: events.subjectKind },
					...{ subjectId: events.subjectId, clinicId: events.clinicId }
				})
				.from(events)
				.where(
					and(
						eq(events.organizationId, organizationId),
						gt(events.id, (before?.highest ?? 0) - OVERLAP)
					)
				)
				.orderBy(before ? asc(events.id) : desc(events.id))
				.limit(before ? MOST : OVERLAP)
		);
		for (const row of rows) {
			if (before?.ids.has(row.id)) continue;
			const id = row.kind === 'setup' ? row.clinicId : row.subjectId;
			projector.tell(organizationId, row.kind, id);
		}
		const ids = new Set(rows.map((row) => row.id));
		seen.set(organizationId, { highest: Math.max(before?.highest ?? 0, ...ids), ids });
	}

	let running = false;
	const timer = setInterval(() => {
		if (running) return;
		running = true;
		const open = rooms.organizations();
		for (const known of seen.keys()) if (!open.includes(known)) seen.delete(known);
		Promise.all(open.map(look))
			.catch((fault: unknown) => log.warn({ err: fault }, 'could not look for missed events'))
			.finally(() => (running = false));
	}, INTERVAL_MS);
	timer.unref();
	return () => clearInterval(timer);
}
