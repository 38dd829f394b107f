/** One board that somebody has open: its `board` document and the `people` documents that go with it. */
import type { Document } from '@hocuspocus/server';
import type * as Y from 'yjs';
import {
	BOARD_MAPS,
	OFFERED_MAP,
	PEOPLE_MAP,
	type AppointmentRow,
	type BlockRow,
	type OfferRow
} from '#domain/board/documents.ts';
import type { ChangedRows, ChangedVisit, ReadBoard } from '#domain/board/queries.ts';
import type { LiveOffer } from '#domain/board/queries/offers.ts';
import { overlaps, type Interval } from '#domain/scheduling/intervals.ts';
import { visitInterval } from '#domain/scheduling/visit-time.ts';
import { rowsInTheWay, type RowIds } from './rows-in-the-way.ts';

/** Whose visits a `people` document holds: one practitioner's, or everybody's; `masked`: without saying who they are. */
export type PeopleView = string | 'all' | 'masked';

export class BoardRoom {
	readonly organizationId: string;
	readonly clinicId: string;
	readonly date: string;
	/** Names this one life of the room in memory: a browser's copy of another life is refused. */
	readonly epoch: string;
	readonly createdAt = Date.now();
	board: Document | null = null;
	readonly people = new Map<PeopleView, Document>();
	/** Counts what was told about this board, so that a load can see that it was overtaken. */
	tidings = 0;
	private day: Interval | null = null;

	constructor(place: { organizationId: string; clinicId: string; date: string; epoch: string }) {
		this.organizationId = place.organizationId;
		this.clinicId = place.clinicId;
		this.date = place.date;
		this.epoch = place.epoch;
	}

	get documents(): Document[] {
		return [...(this.board ? [this.board] : []), ...this.people.values()];
	}

	get isOpen(): boolean {
		return this.board !== null || this.people.size > 0;
	}

	/** Takes in a document that is being opened. */
	add(view: PeopleView | null, document: Document): void {
		if (view === null) this.board = document;
		else this.people.set(view, document);
	}

	/** Forgets a document that could not be filled. */
	remove(document: Document): void {
		if (this.board === document) this.board = null;
		for (const [view, held] of this.people) if (held === document) this.people.delete(view);
	}

	/** Makes every document that is open equal to what was read. Rows that stayed the same are not written. */
	fill(read: ReadBoard): void {
		const { clinic } = read.rows;
		this.day = { start: clinic.clinic!.dayStart, end: clinic.clinic!.dayEnd };
		const { board } = this;
		if (board) {
			board.transact(() => {
				for (const name of BOARD_MAPS) replaceRows(board.getMap(name), read.rows[name]);
			});
		}
		for (const [view, document] of this.people) {
			const people = view === 'masked' ? read.maskedPeople : read.people;
			const rows = Object.entries(people).filter(([appointmentId]) =>
				isInView(view, read.rows.appointments[appointmentId])
			);
			const offered = Object.entries(read.offered)
				.filter(([offerId]) => isInView(view, read.rows.offers[offerId]))
				.map(([offerId, { person, masked }]) => [offerId, view === 'masked' ? masked : person]);
			document.transact(() => {
				replaceRows(document.getMap(PEOPLE_MAP), Object.fromEntries(rows));
				replaceRows(document.getMap(OFFERED_MAP), Object.fromEntries(offered));
			});
		}
	}

	/** @returns what this board still shows where others of these rows are now: it has moved away */
	inTheWay(changed: ChangedRows, known: RowIds): RowIds {
		if (!this.board) return { appointmentIds: [], blockIds: [] };
		const rowsOf = <R extends AppointmentRow | BlockRow>(
			found: Record<string, { clinicId: string; row: R }>
		) =>
			Object.values(found)
				.filter((one) => this.shows(one))
				.map(({ row }) => row);
		const read = { visits: rowsOf(changed.appointments), blocks: rowsOf(changed.blocks) };
		return rowsInTheWay(this.board, read, known);
	}

	/**
	 * Brings rows up to date.
	 * @returns `false` when a row needs a column or service that the board does not hold yet: fill it anew
	 */
	apply(
		changed: ChangedRows,
		ids: RowIds,
		/** Every id that was looked at, and of these the ones that are live. */
		told: { ids: string[]; live: Record<string, LiveOffer> }
	): boolean {
		const visits = new Map<string, ChangedVisit>();
		const blocks = new Map<string, BlockRow>();
		const offers = new Map<string, LiveOffer>();
		for (const id of ids.appointmentIds) {
			const found = changed.appointments[id];
			if (found && this.shows(found)) visits.set(id, found);
		}
		for (const id of ids.blockIds) {
			const found = changed.blocks[id];
			if (found && this.shows(found)) blocks.set(id, found.row);
		}
		for (const offer of Object.values(told.live)) {
			if (this.shows(offer)) offers.set(offer.id, offer);
		}
		if (
			!this.hasColumns(
				[...visits.values(), ...offers.values()].map(({ row }) => row),
				[...blocks.values()]
			)
		) {
			return false;
		}
		const { board } = this;
		if (board) {
			board.transact(() => {
				updateRows(board.getMap('appointments'), ids.appointmentIds, (id) => visits.get(id)?.row);
				updateRows(board.getMap('blocks'), ids.blockIds, (id) => blocks.get(id));
				updateRows(board.getMap('offers'), told.ids, (id) => offers.get(id)?.row);
			});
		}
		for (const [view, document] of this.people) {
			const shownTo = (of: ReadonlyMap<string, ChangedVisit | LiveOffer>) => (id: string) => {
				const found = of.get(id);
				if (!found || !isInView(view, found.row)) return undefined;
				return view === 'masked' ? found.masked : found.person;
			};
			document.transact(() => {
				updateRows(document.getMap(PEOPLE_MAP), ids.appointmentIds, shownTo(visits));
				updateRows(document.getMap(OFFERED_MAP), told.ids, shownTo(offers));
			});
		}
		return true;
	}

	private shows(found: { clinicId: string; row: AppointmentRow | BlockRow | OfferRow }): boolean {
		return (
			found.clinicId === this.clinicId &&
			this.day !== null &&
			overlaps(visitInterval(found.row), this.day)
		);
	}

	private hasColumns(visits: (AppointmentRow | OfferRow)[], blocks: BlockRow[]): boolean {
		const { board } = this;
		if (!board) return true;
		const practitioners = board.getMap('practitioners');
		const rooms = board.getMap('rooms');
		const services = board.getMap('services');
		return (
			visits.every(
				(row) =>
					practitioners.has(row.practitionerId) &&
					rooms.has(row.roomId) &&
					services.has(row.serviceId)
			) && blocks.every((row) => practitioners.has(row.resourceId) || rooms.has(row.resourceId))
		);
	}
}

function isInView(view: PeopleView, visit: AppointmentRow | OfferRow | undefined): boolean {
	return view === 'all' || view === 'masked' || visit?.practitionerId === view;
}

function replaceRows(map: Y.Map<unknown>, rows: Record<string, unknown>): void {
	for (const id of [...map.keys()]) if (!(id in rows)) map.delete(id);
	updateRows(map, Object.keys(rows), (id) => rows[id]);
}

function updateRows(map: Y.Map<unknown>, ids: string[], rowOf: (id: string) => unknown): void {
	for (const id of ids) {
		const row = rowOf(id);
		if (row === undefined) {
			if (map.has(id)) map.delete(id);
		} else if (JSON.stringify(map.get(id)) !== JSON.stringify(row)) {
			map.set(id, row);
		}
	}
}
