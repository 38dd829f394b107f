/** Every board that somebody has open in this process, and the epochs that name them. */
import { randomBytes } from 'node:crypto';
import type * as Y from 'yjs';
import type { Database } from '#db/database.ts';
import type { DocumentName } from '#domain/board/documents.ts';
import { readBoard } from '#domain/board/queries.ts';
import { openBoards } from '../metrics.ts';
import { BoardRoom } from './board-room.ts';

type BoardDocumentName = Extract<DocumentName, { kind: 'board' | 'people' }>;

/** A browser that was told an epoch has this long to come back before the room is forgotten. */
const PATIENCE_MS = 60_000;

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
	async load(name: BoardDocumentName, document: Y.Doc): Promise<void> {
		const room = this.find(name);
		if (!room) throw new Error('the room was closed while a document was opened');
		if (name.kind === 'board') room.board = document;
		else room.people.set(name.practitionerId ?? 'all', document);
		openBoards.set([...this.rooms.values()].filter(({ isOpen }) => isOpen).length);
		await this.refresh(room);
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

	/** Forgets a document that nobody has open any more; with its last one the room, and so its epoch. */
	unload(name: BoardDocumentName): void {
		const room = this.find(name);
		if (!room) return;
		if (name.kind === 'board') room.board = null;
		else room.people.delete(name.practitionerId ?? 'all');
		if (!room.isOpen) this.rooms.delete(`${name.clinicId}/${name.date}`);
		openBoards.set([...this.rooms.values()].filter(({ isOpen }) => isOpen).length);
	}

	private forgetAbandoned(): void {
		const deadline = Date.now() - PATIENCE_MS;
		for (const [key, room] of this.rooms) {
			if (!room.isOpen && room.createdAt < deadline) this.rooms.delete(key);
		}
	}
}
