/** Every board that somebody has open in this process, and the epochs that name them. */
import { randomBytes } from 'node:crypto';
import type { Document } from '@hocuspocus/server';
import type { Database } from '#db/database.ts';
import type { BoardDocumentName } from '#domain/board/documents.ts';
import { readBoard } from '#domain/board/queries.ts';
import { REFUSE } from '../close-codes.ts';
import { openBoards } from '../metrics.ts';
import { BoardRoom, type PeopleView } from './board-room.ts';

/** A browser that was told an epoch has this long to come back before the room is forgotten. */
const PATIENCE_MS = 60_000;

/** @returns which people a document holds; `null`: it is the board itself */
function viewOf(name: BoardDocumentName): PeopleView | null {
	if (name.kind === 'board') return null;
	return name.kind === 'masked-people' ? 'masked' : (name.practitionerId ?? 'all');
}

export class BoardRooms {
	private readonly rooms = new Map<string, BoardRoom>();
	private readonly database: Database;

	constructor(database: Database) {
		this.database = database;
	}

	/** @returns the room of a board, a new one where nobody has it open. The caller has checked that it may exist. */
	open(organizationId: string, clinicId: string, date: string): BoardRoom {
		this.forgetAbandoned();
		const key = `${clinicId}/${date}`;
		const known = this.rooms.get(key);
		if (known) return known;
		const epoch = randomBytes(8).toString('hex');
		const room = new BoardRoom({ organizationId, clinicId, date, epoch });
		this.rooms.set(key, room);
		return room;
	}

	/** @returns the room in which a document of this very epoch lives. */
	find(name: BoardDocumentName): BoardRoom | null {
		const room = this.rooms.get(`${name.clinicId}/${name.date}`);
		return room?.epoch === name.epoch ? room : null;
	}

	/** @returns the rooms that are open, of one organization. */
	of(organizationId: string): BoardRoom[] {
		return [...this.rooms.values()].filter(
			(room) => room.isOpen && room.organizationId === organizationId
		);
	}

	/** @returns the organizations that have a board open. */
	organizations(): string[] {
		const open = [...this.rooms.values()].filter((room) => room.isOpen);
		return [...new Set(open.map((room) => room.organizationId))];
	}

	/** Takes a document that is being opened into its room and fills it from the database. */
	async load(name: BoardDocumentName, document: Document): Promise<void> {
		const room = this.find(name);
		if (!room) throw REFUSE.unavailable;
		room.add(viewOf(name), document);
		this.count();
		try {
			await this.refresh(room);
		} catch (fault) {
			room.remove(document);
			this.count();
			throw fault;
		}
		// Its opener asks for all of it: unsaid, what was just filled in would be sent as a change as well.
		document.flush();
		// The others left meanwhile, and the room with them.
		if (this.find(name) !== room) throw REFUSE.unavailable;
	}

	/** Reads a board again, as often as something was told about it meanwhile, and makes its documents equal to it. */
	async refresh(room: BoardRoom): Promise<void> {
		for (;;) {
			const before = room.tidings;
			const read = await readBoard(this.database, room);
			if (!read) throw new Error('the clinic of an open board is gone');
			room.fill(read);
			if (room.tidings === before) return;
		}
	}

	/**
	 * Whether somebody has one of a room's documents open. They are forgotten together: a document that is built
	 * anew while the room's epoch lives on would merge with the stale copies of the old one.
	 */
	isInUse(name: BoardDocumentName): boolean {
		return this.find(name)?.documents.some((held) => held.getConnectionsCount() > 0) ?? false;
	}

	/** Ends a room and its epoch when its first document is forgotten. @returns the others, to be forgotten too */
	close(name: BoardDocumentName): Document[] {
		const room = this.find(name);
		if (!room) return [];
		this.rooms.delete(`${name.clinicId}/${name.date}`);
		this.count();
		return room.documents;
	}

	private count(): void {
		openBoards.set([...this.rooms.values()].filter(({ isOpen }) => isOpen).length);
	}

	private forgetAbandoned(): void {
		const deadline = Date.now() - PATIENCE_MS;
		for (const [key, room] of this.rooms) {
			if (!room.isOpen && room.createdAt < deadline) this.rooms.delete(key);
		}
	}
}
