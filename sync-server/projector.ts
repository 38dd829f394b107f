/**
 * From committed changes to the boards that are open. Told by PostgreSQL that rows changed, it reads them again and
 * writes them into the documents: always the newest, so the order of messages does not matter.
 */
import type { Logger } from 'pino';
import type { Database } from '#db/database.ts';
import { parseFeedMessage, type ChangedKind } from '#domain/board/feed.ts';
import { readChangedRows, type ChangedRows } from '#domain/board/queries.ts';
import { readChangedOffers } from '#domain/board/queries/offers.ts';
import type { BoardRooms } from './documents/board-rooms.ts';
import type { RowIds } from './documents/rows-in-the-way.ts';
import { projectionSeconds } from './metrics.ts';

interface Pending {
	appointmentIds: Set<string>;
	blockIds: Set<string>;
	offerIds: Set<string>;
	/** Clinics whose columns are not what they were. */
	clinicIds: Set<string>;
	since: number;
}

/** A board that could not be brought up to date is tried again after this long. */
const RETRY_MS = 500;

export class Projector {
	private readonly database: Database;
	private readonly rooms: BoardRooms;
	private readonly log: Logger;
	/** What was told and not read yet, by organization. */
	private readonly pending = new Map<string, Pending>();
	private readonly working = new Set<string>();
	private readonly onDraftOver: (organizationId: string, draftId: string) => void;

	/** @param options.onDraftOver told of each draft that was carried out or dropped: no board shows it */
	constructor(options: {
		database: Database;
		rooms: BoardRooms;
		log: Logger;
		onDraftOver: (organizationId: string, draftId: string) => void;
	}) {
		this.onDraftOver = options.onDraftOver;
		this.database = options.database;
		this.rooms = options.rooms;
		this.log = options.log;
	}

	/** Takes one NOTIFY payload. */
	take(payload: string): void {
		const message = parseFeedMessage(payload);
		if (message) this.tell(message.o, message.kind, message.id);
	}

	/** Notes that a row changed. Boards follow within the turn of the event loop and one read. */
	tell(organizationId: string, kind: ChangedKind, id: string): void {
		if (kind === 'draft') {
			this.onDraftOver(organizationId, id);
			return;
		}
		const open = this.rooms.of(organizationId);
		if (open.length === 0) return;
		for (const room of open) room.tidings++;
		const pending = this.pending.get(organizationId) ?? {
			appointmentIds: new Set(),
			blockIds: new Set(),
			offerIds: new Set(),
			clinicIds: new Set(),
			since: performance.now()
		};
		const told = {
			appointment: pending.appointmentIds,
			block: pending.blockIds,
			offer: pending.offerIds,
			setup: pending.clinicIds
		};
		told[kind].add(id);
		this.pending.set(organizationId, pending);
		if (!this.working.has(organizationId)) void this.work(organizationId);
	}

	/** Brings every open board up to date, after a time in which nothing could be told. */
	async refreshAll(): Promise<void> {
		for (const organizationId of this.rooms.organizations()) {
			for (const room of this.rooms.of(organizationId)) await this.rooms.refresh(room);
		}
	}

	/** One reader an organization: what was told meanwhile waits and is read together. */
	private async work(organizationId: string): Promise<void> {
		this.working.add(organizationId);
		for (let pending = this.next(organizationId); pending; pending = this.next(organizationId)) {
			try {
				await this.project(organizationId, pending);
				projectionSeconds.observe((performance.now() - pending.since) / 1000);
			} catch (fault) {
				this.log.error({ err: fault }, 'boards could not be brought up to date, trying again');
				this.putBack(organizationId, pending);
				await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
			}
		}
		this.working.delete(organizationId);
	}

	private next(organizationId: string): Pending | undefined {
		const pending = this.pending.get(organizationId);
		this.pending.delete(organizationId);
		return pending;
	}

	private putBack(organizationId: string, failed: Pending): void {
		const later = this.pending.get(organizationId);
		later?.appointmentIds.forEach((id) => failed.appointmentIds.add(id));
		later?.blockIds.forEach((id) => failed.blockIds.add(id));
		later?.offerIds.forEach((id) => failed.offerIds.add(id));
		later?.clinicIds.forEach((id) => failed.clinicIds.add(id));
		if (this.rooms.of(organizationId).length > 0) this.pending.set(organizationId, failed);
	}

	private async project(organizationId: string, pending: Pending): Promise<void> {
		const { ids, changed } = await this.readTogether(organizationId, {
			appointmentIds: [...pending.appointmentIds],
			blockIds: [...pending.blockIds]
		});
		// A visit from the waitlist is its offer accepted, and the end of the others of its round.
		const accepted = ids.appointmentIds.filter(
			(id) => changed.appointments[id]?.row.source === 'waitlist'
		);
		const offers = await readChangedOffers(this.database, organizationId, [
			...new Set([...pending.offerIds, ...accepted])
		]);
		for (const room of this.rooms.of(organizationId)) {
			const rebuilt = pending.clinicIds.has(room.clinicId);
			if (rebuilt || !room.apply(changed, ids, offers)) await this.rooms.refresh(room);
		}
	}

	/**
	 * Reads rows, and with them those that cannot be where an open board still shows them: what has left may be told
	 * later than what took its place.
	 */
	private async readTogether(
		organizationId: string,
		told: RowIds
	): Promise<{ ids: RowIds; changed: ChangedRows }> {
		for (let ids = told; ;) {
			const changed = await readChangedRows(this.database, organizationId, ids);
			const more = this.rooms.of(organizationId).map((room) => room.inTheWay(changed, ids));
			if (more.every((one) => one.appointmentIds.length + one.blockIds.length === 0)) {
				return { ids, changed };
			}
			ids = {
				appointmentIds: [
					...new Set([...ids.appointmentIds, ...more.flatMap((one) => one.appointmentIds)])
				],
				blockIds: [...new Set([...ids.blockIds, ...more.flatMap((one) => one.blockIds)])]
			};
		}
	}
}
