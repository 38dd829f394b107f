/**
 * Keeps the board that is open, and its neighbour of today and tomorrow, so that both can be read without a line.
 * A copy of what this person opened: who may not know the patients has nothing of them in it.
 */
import type { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { localDateOf } from '#domain/availability/local-day.ts';
import { PEOPLE_MAP } from '#domain/board/documents.ts';
import { registerShell } from './app-shell.ts';
import { BoardDocuments, type BoardDocumentsOptions } from './board-documents.ts';
import { askForPage, pageName, rowsName, type BoardPlace } from './kept-names.ts';
import { RowCopy, type CopiedRows } from './row-copy.ts';
import { endKeeping, keep, recall, wipeKept, wipeOutdated } from './sealed-store.ts';

export interface BoardKeeperOptions extends BoardPlace {
	userId: string;
	zone: string;
	/** How long a copy may be read on this device; 0: none is kept. */
	hours: number;
	peopleScope: BoardDocumentsOptions['peopleScope'];
	socket(): HocuspocusProviderWebsocket;
	/** Whether the board is as the server has it at this moment. */
	isTrue(): boolean;
}

/** Somebody drags several cards in a row: one copy holds them all. */
const KEEP_AFTER_MS = 1_000;
/** Says how old the copy is at most when everything ends at once. */
const KEEP_EVERY_MS = 60_000;
const NEIGHBOUR_EVERY_MS = 30 * 60_000;
const NEIGHBOUR_LIMIT_MS = 30_000;

export class BoardKeeper {
	private readonly rows = new RowCopy();
	private readonly options: BoardKeeperOptions;
	private soon: ReturnType<typeof setTimeout> | undefined;
	private readonly timers: ReturnType<typeof setInterval>[] = [];
	private isStarted = false;
	private isOver = false;
	private readonly onHide = () => void this.keepIfTrue();

	constructor(options: BoardKeeperOptions) {
		this.options = options;
	}

	/** The board is live for the first time: from now on it is kept, where this browser can open it again. */
	async start(): Promise<void> {
		if (this.isStarted) return;
		this.isStarted = true;
		if (this.options.hours === 0) return wipeKept();
		await wipeOutdated(Date.now());
		if (!this.isNear(this.options.date) || !(await registerShell()) || this.isOver) return;
		window.addEventListener('pagehide', this.onHide);
		this.timers.push(setInterval(() => void this.keepIfTrue(), KEEP_EVERY_MS));
		this.timers.push(setInterval(() => void this.keepNeighbour(), NEIGHBOUR_EVERY_MS));
		await this.keepPage(this.options);
		await this.keepRows();
		await this.keepNeighbour();
	}

	/** Whether the server has told anything of this board yet. */
	get hasRows(): boolean {
		return this.rows.has('clinic');
	}

	/** One row of the board is now `row`, or gone. */
	row(map: string, id: string, row: unknown): void {
		this.rows.row(map, id, row);
		if (this.timers.length > 0) this.soon ??= setTimeout(() => void this.keepRows(), KEEP_AFTER_MS);
	}

	/** These are all rows of a map. */
	whole(map: string, ids: ReadonlySet<string>): void {
		this.rows.whole(map, ids);
	}

	/** @returns what was kept of this board, and when it was true (epoch milliseconds) */
	async recall(): Promise<{ rows: CopiedRows; keptAt: number } | null> {
		const found = await recall<CopiedRows>(rowsName(this.options), Date.now());
		if (!found || found.userId !== this.options.userId) return null;
		return { rows: found.value, keptAt: found.keptAt };
	}

	/** The session is over: nothing stays. */
	async end(): Promise<void> {
		this.destroy();
		await endKeeping();
	}

	destroy(): void {
		this.isOver = true;
		clearTimeout(this.soon);
		for (const timer of this.timers.splice(0)) clearInterval(timer);
		window.removeEventListener('pagehide', this.onHide);
	}

	private async keepRows(): Promise<void> {
		clearTimeout(this.soon);
		this.soon = undefined;
		await this.keep(rowsName(this.options), this.rows);
	}

	private async keepIfTrue(): Promise<void> {
		if (this.options.isTrue()) await this.keepRows();
		// The page may stay open for longer than anything may be kept.
		else await wipeOutdated(Date.now()).catch(() => {});
	}

	private async keepPage(place: BoardPlace): Promise<boolean> {
		const page = await askForPage(place);
		if (page === null || page === 'signed-out') return false;
		await this.keep(pageName(place), page.data);
		return true;
	}

	/** Of today it is tomorrow, of tomorrow today. Opened only for as long as it takes to read it. */
	private async keepNeighbour(): Promise<void> {
		if (!this.options.isTrue()) return;
		const { clinicId, date } = this.options;
		const neighbour = this.nearDays().find((day) => day !== date);
		if (!neighbour || !this.isNear(date)) return;
		const place = { clinicId, date: neighbour };
		const rows = await this.read(place);
		if (!rows || this.isOver || !(await this.keepPage(place))) return;
		await this.keep(rowsName(place), rows);
	}

	private read(place: BoardPlace): Promise<RowCopy | null> {
		const { peopleScope } = this.options;
		const socket = this.options.socket();
		const rows = new RowCopy();
		return new Promise((resolve) => {
			let isOpen = false;
			const done = (copy: RowCopy | null) => {
				clearTimeout(limit);
				// Not from inside a provider's own callback: it is destroyed here.
				setTimeout(() => documents.destroy());
				resolve(copy);
			};
			const look = () => {
				if (isOpen && (peopleScope === null || rows.has(PEOPLE_MAP))) done(rows);
			};
			const limit = setTimeout(() => done(null), NEIGHBOUR_LIMIT_MS);
			const documents = new BoardDocuments({
				...{ ...place, socket, peopleScope },
				onRow: (map, id, row) => rows.row(map, id, row),
				onWhole: (map, ids) => {
					rows.whole(map, ids);
					look();
				},
				onOpened: () => {
					isOpen = true;
					look();
				},
				onRefused: () => done(null),
				onPresence: () => {}
			});
		});
	}

	private async keep(name: string, value: unknown): Promise<void> {
		const { userId, hours } = this.options;
		// A browser that keeps nothing (a full disk, a private window) still shows the board.
		await keep(name, value, { userId, hours, now: Date.now() }).catch(() => {});
	}

	private nearDays(): string[] {
		const today = localDateOf(Date.now(), this.options.zone);
		return [today, Temporal.PlainDate.from(today).add({ days: 1 }).toString()];
	}

	private isNear(date: string): boolean {
		return this.nearDays().includes(date);
	}
}
