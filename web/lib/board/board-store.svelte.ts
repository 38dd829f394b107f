/** One board in the browser: the server's rows, what this person asks for, and what is being looked at. */
import type { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { SvelteMap } from 'svelte/reactivity';
import type {
	AppointmentRow,
	BlockRow,
	ClinicRow,
	MaskedPersonRow,
	OfferedPersonRow,
	OfferRow,
	PersonRow,
	PractitionerRow,
	RoomRow,
	ServiceRow,
	SupportRow
} from '#domain/board/documents.ts';
import { PEOPLE_MAP } from '#domain/board/documents.ts';
import type { Attention } from '#domain/board/presence.ts';
import type { PlacedRequest } from '#domain/board/situation.ts';
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';
import { queuesOf, type DoctorQueue } from '#domain/scheduling/queue.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import { BoardDocuments, OFFERED_PEOPLE } from '#web/lib/sync/board-documents.ts';
import { BoardKeeper } from '#web/lib/sync/board-keeper.ts';
import { Desk } from '#web/lib/sync/desk.ts';
import { askForPage } from '#web/lib/sync/kept-names.ts';
import { KeptShelf } from '#web/lib/sync/kept-shelf.ts';
import { Line, type LineState } from '#web/lib/sync/line.ts';
import { colleaguesIn } from './colleagues.ts';
import { DrawnVisits } from './drawn-visits.ts';
import { groupKeyOf, groupsOf } from './groups.ts';
import { personFromMasked } from './masked.ts';
import { Looked } from './looked.svelte.ts';
import { Placing } from './placing.svelte.ts';
import { Targets } from './targets.ts';
import { undoHistoryOf, type UndoHistory } from './undo.svelte.ts';
import { undoWords, type UndoWordsContext } from './undo-words.ts';
import type { Visit } from './visit.ts';
import { Wishes, type NewIntent } from './wishes.svelte.ts';
import type {
	BoardDraft,
	BoardPast,
	BoardStoreOptions,
	Colleague,
	Draft,
	Drag
} from './board-shapes.ts';

export type * from './board-shapes.ts';

/** Delays are told in minutes. */
const CLOCK_MS = 15_000;

/** What is kept on the device is shown when the server takes longer than this. */
const KEPT_AFTER_MS = 1_500;

export const ZOOMS = [4, 6, 8, 11, 15] as const;

export class BoardStore {
	readonly options: BoardStoreOptions;

	readonly clinics = new SvelteMap<string, ClinicRow>();
	readonly practitioners = new SvelteMap<string, PractitionerRow>();
	readonly rooms = new SvelteMap<string, RoomRow>();
	readonly support = new SvelteMap<string, SupportRow>();
	readonly services = new SvelteMap<string, ServiceRow>();
	readonly appointments = new SvelteMap<string, AppointmentRow>();
	readonly blocks = new SvelteMap<string, BlockRow>();
	/** Times that are kept for somebody of the waitlist. */
	readonly offers = new SvelteMap<string, OfferRow>();
	readonly people = new SvelteMap<string, PersonRow>();
	/** Whom the offers are for, as far as this person may know. */
	readonly offered = new SvelteMap<string, OfferedPersonRow>();
	/** What this person asked for, and how it fares. */
	readonly wishes: Wishes;
	/** What others changed since this person looked at it last. */
	readonly looked: Looked;
	/** What of it can be taken back, on whatever day it was. */
	readonly undo: UndoHistory;

	line = $state<{ state: LineState; since: number }>({ state: 'connecting', since: Date.now() });
	/** The first rows are there. */
	loaded = $state(false);
	/** When what is shown was true, if it comes from this device and not from the server (epoch milliseconds). */
	keptAt = $state<number | null>(null);
	/** Why the board cannot be opened, when it cannot. */
	refusedReason = $state<string | null>(null);
	others = $state.raw<Colleague[]>([]);
	/** A group session is selected by its key. */
	selected = $state<{
		kind: 'appointment' | 'group' | 'block' | 'column' | 'offer';
		id: string;
	} | null>(null);
	/** The present, as the queues go by it. */
	now = $state(Date.now());
	draft = $state<Draft | null>(null);
	view = $state({
		columnsBy: 'practitioner' as 'practitioner' | 'room',
		text: '',
		practitionerId: '',
		serviceId: '',
		status: '' as AppointmentStatus | '',
		/** Pixels that five minutes take. */
		pixelsPerStep: 8
	});

	/** Somebody of the waitlist on the way to a free time. */
	readonly placing = new Placing(({ practitionerId, roomId }) =>
		this.view.columnsBy === 'practitioner' ? practitionerId : roomId
	);

	private readonly clock = setInterval(() => (this.now = Date.now()), CLOCK_MS);
	private readonly connection: Line;
	/** Notes, and whatever else is kept on the server. */
	readonly kept: KeptShelf;
	private readonly documents: BoardDocuments;
	private readonly desk: Desk;
	private readonly keeper: BoardKeeper;
	private readonly keptTimer = setTimeout(() => void this.showKept(), KEPT_AFTER_MS);
	/** The rows are as the server has them. */
	private isTrue = false;
	private readonly drawn: DrawnVisits;

	constructor(options: BoardStoreOptions) {
		this.options = options;
		this.undo = undoHistoryOf(options.actor.userId);
		const { userId } = options.actor;
		this.looked = new Looked({ ...options, userId }, this.appointments);
		this.wishes = new Wishes({
			put: (intent) => this.desk.put(intent),
			drop: (intentId) => this.desk.drop(intentId),
			isLive: () => this.line.state === 'live',
			onAsked: (intent) => this.undo.asked(intent, () => undoWords(intent, this.wordsContext)),
			onJudged: (intent, verdict) =>
				this.undo.judged(intent, verdict, (refusal) => this.explain(refusal)),
			revisionOf: (kind, id) =>
				(kind === 'block' ? this.blocks : this.appointments).get(id)?.revision
		});
		const { appointments, people, services, wishes } = this;
		this.drawn = new DrawnVisits({
			...{ appointments, people, services, wishes },
			isOnThisDay: (visit) => this.isOnThisDay(visit)
		});
		this.keeper = new BoardKeeper({
			...{ clinicId: options.clinicId, date: options.date, zone: options.zone },
			...{ userId: options.actor.userId, hours: options.offlineHours },
			peopleScope: options.peopleScope,
			socket: () => this.connection.socket,
			isTrue: () => this.isTrue
		});
		this.connection = new Line((state) => this.takeLine(state));
		const { socket } = this.connection;
		this.kept = new KeptShelf(socket);
		this.documents = new BoardDocuments({
			...{ socket, clinicId: options.clinicId, date: options.date },
			peopleScope: options.peopleScope,
			onRow: (map, id, row) => {
				this.keeper.row(map, id, row);
				this.takeRow(map, id, row);
			},
			onWhole: (map, ids) => {
				this.keeper.whole(map, ids);
				const rows = this.mapNamed(map);
				for (const id of [...rows.keys()]) if (!ids.has(id)) rows.delete(id);
			},
			onOpened: () => {
				this.loaded = true;
				this.isTrue = true;
				this.keptAt = null;
				void this.keeper.start().catch(() => {});
				this.looked.whole();
			},
			onRefused: (reason) => (this.refusedReason = reason),
			onPresence: (states, ownClientId) => (this.others = colleaguesIn(states, ownClientId))
		});
		this.desk = new Desk({
			...{ socket, userId: options.actor.userId },
			onWaiting: (intent, isFromBefore) => this.wishes.found(intent, isFromBefore),
			onVerdict: (verdict) => this.wishes.judged(verdict)
		});
	}

	/** The line, for a document beside the board's own. */
	get socket(): HocuspocusProviderWebsocket {
		return this.connection.socket;
	}

	get clinic(): ClinicRow | null {
		return this.clinics.get('clinic') ?? null;
	}

	/** Patients are shown so that a caller's visit can be found, and nobody can be known. */
	get peopleAreMasked(): boolean {
		return this.options.peopleScope === 'masked';
	}

	/** @returns whether this person may change that doctor's time: their own, or everybody's */
	isTheirs(practitionerId: string): boolean {
		const { can, ownPractitionerIds } = this.options;
		// A draft is open to those who may move everybody's visits.
		return this.drafted !== null || can.book || ownPractitionerIds.includes(practitionerId);
	}

	get zone(): string {
		return this.clinic?.zone ?? 'UTC';
	}

	/** An earlier moment of the day that is looked at in place of the present; nothing can be done to it. */
	past = $state.raw<BoardPast | null>(null);

	/** A draft that is looked at in place of the day. */
	drafted = $state.raw<BoardDraft | null>(null);

	/** What is drawn: every visit with this person's own wishes laid over it; or as it was, or as it is drafted. */
	visits: Visit[] = $derived.by(
		() => this.past?.visits ?? this.drafted?.visits ?? this.drawn.draw()
	);

	/** The blocks that are drawn. */
	get shownBlocks(): ReadonlyMap<string, BlockRow> {
		return this.past?.blocks ?? this.drafted?.index.blocks ?? this.blocks;
	}

	/** Who is seen on what is drawn. */
	get company(): Colleague[] {
		return this.past ? [] : (this.drafted?.others ?? this.others);
	}

	/** Group sessions by their key. */
	groups: Map<string, Visit[]> = $derived(groupsOf(this.visits));

	/** Colleagues, by the visit that has their attention. */
	attention: Map<string, Colleague[]> = $derived(
		Map.groupBy(
			this.company.filter(
				({ at, user }) => at?.appointmentId && user.userId !== this.options.actor.userId
			),
			({ at }) => at!.appointmentId
		)
	);

	/** @returns whether a visit changed since this person looked last; an earlier moment and a draft say nothing of that */
	isNews(id: string): boolean {
		return !this.past && !this.drafted && this.looked.ids.has(id);
	}

	/** @returns all who come together with this visit, itself among them */
	together(visit: Visit): Visit[] {
		return this.groups.get(groupKeyOf(visit) ?? '') ?? [visit];
	}

	/** By doctor: who waits, and how late it is; none on other days than today. */
	queues: Map<string, DoctorQueue> = $derived.by(() => {
		const { clinic, now } = this;
		if (!clinic || now < clinic.dayStart || now >= clinic.dayEnd) return new Map();
		const queues = queuesOf(this.visits, now);
		return new Map(queues.map((queue) => [queue.practitionerId, queue]));
	});

	/** @returns where a visit may lie, as far as this board knows, by its rows as they are now */
	targetsFor(held: PlacedRequest): Targets {
		return new Targets(this.drafted?.index ?? this, this.people, held);
	}

	/** Asks for something that was done on the board; a draft takes it in. @returns the intent's id, if there is one */
	ask(wish: NewIntent): string | null {
		return this.drafted ? this.drafted.take(wish) : this.wishes.submit(wish);
	}

	/** @returns why something may not lie somewhere, in words; `null`: it may */
	objectionWords(objection: Refusal | 'unknown' | null): string | null {
		if (objection === 'unknown') return 'This is not on this board.';
		return objection && this.explain(objection);
	}

	explain(refusal: Refusal): string {
		return explainRefusal(refusal, {
			nameOf: (id) =>
				[this.practitioners, this.rooms, this.support]
					.map((map) => map.get(id)?.name)
					.find(Boolean),
			zone: this.zone,
			date: this.options.date
		});
	}

	/** Takes back what this person did last; `redo`: does again what was taken back last. */
	takeBack(way: 'undo' | 'redo'): void {
		const intentId = this.past ? null : this.undo.next(way);
		if (intentId === null) return;
		this.undo.takingBack(this.wishes.submit({ kind: 'undo', intentId }), way);
	}

	private get wordsContext(): UndoWordsContext {
		const { zone, options } = this;
		return {
			visitOf: (id) => this.visits.find((visit) => visit.id === id),
			blockOf: (id) => this.blocks.get(id),
			nameOf: (id) => (this.practitioners.get(id) ?? this.rooms.get(id))?.name,
			statusLabel: (status) => options.statusLabels[status].label,
			...{ zone, date: options.date }
		};
	}

	/** Shows colleagues which card has this person's attention, and which part of it is being changed. */
	sayAt(at: Attention | null): void {
		(this.drafted ?? this.documents).say({ at });
	}

	/** Shows colleagues where this person holds a card; `null` when it is dropped. */
	sayDrag(drag: Drag | null): void {
		(this.drafted ?? this.documents).say({ drag });
	}

	destroy(): void {
		clearInterval(this.clock);
		clearTimeout(this.keptTimer);
		this.keeper.destroy();
		this.looked.destroy();
		this.kept.destroy();
		this.desk.destroy();
		this.documents.destroy();
		this.connection.destroy();
	}

	private takeLine(state: LineState): void {
		if (state !== this.line.state) this.line = { state, since: Date.now() };
		if (state !== 'live') this.isTrue = false;
		if (state === 'ended') void this.keeper.end().catch(() => {});
		if (state !== 'offline') return;
		void this.showKept();
		if (navigator.onLine) void this.askWhetherSignedIn();
	}

	/** A socket that is refused does not say why: the session may be over, for which nobody need wait. */
	private async askWhetherSignedIn(): Promise<void> {
		if ((await askForPage(this.options)) === 'signed-out') this.connection.end();
	}

	/** Shows what this device has kept, until the server tells more. */
	private async showKept(): Promise<void> {
		const kept = this.loaded ? null : await this.keeper.recall().catch(() => null);
		if (!kept || this.loaded || this.keeper.hasRows) return;
		for (const [map, rows] of Object.entries(kept.rows)) {
			for (const [id, row] of Object.entries(rows)) this.takeRow(map, id, row);
		}
		this.keptAt = kept.keptAt;
		this.loaded = true;
	}

	/** A desk is one for all boards: what is asked for on another day is not drawn here. */
	private isOnThisDay(visit: Visit): boolean {
		const { clinic } = this;
		const here = this.practitioners.has(visit.practitionerId) && this.rooms.has(visit.roomId);
		return (
			here && clinic !== null && clinic.dayStart <= visit.startsAt && visit.startsAt < clinic.dayEnd
		);
	}

	private takeRow(map: string, id: string, row: unknown): void {
		const rows = this.mapNamed(map);
		if (row === undefined) rows.delete(id);
		else if ((map === PEOPLE_MAP || map === OFFERED_PEOPLE) && this.peopleAreMasked) {
			rows.set(id, personFromMasked(row as MaskedPersonRow));
		} else rows.set(id, row);
		if (map === 'appointments' || map === 'blocks') this.wishes.forgetCarriedOut();
	}

	private mapNamed(map: string): SvelteMap<string, unknown> {
		const maps: Record<string, unknown> = {
			...{ clinic: this.clinics, practitioners: this.practitioners, rooms: this.rooms },
			...{
				support: this.support,
				services: this.services,
				appointments: this.appointments,
				blocks: this.blocks,
				offers: this.offers
			},
			...{ people: this.people, [OFFERED_PEOPLE]: this.offered }
		};
		return maps[map] as SvelteMap<string, unknown>;
	}
}
