/** One board in the browser: the server's rows, what this person asks for, and what is being looked at. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type {
	AppointmentRow,
	BlockRow,
	ClinicRow,
	PersonRow,
	PractitionerRow,
	RoomRow,
	ServiceRow
} from '#domain/board/documents.ts';
import { situationOnBoard, type SituationRequest } from '#domain/board/situation.ts';
import type { AppointmentStatus } from '#domain/scheduling/appointment.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import type { Interval } from '#domain/scheduling/intervals.ts';
import { judgePlacement, legalStarts, type VisitTime } from '#domain/scheduling/placement.ts';
import { explainRefusal } from '#domain/scheduling/refusal-words.ts';
import type { Alternative, Refusal } from '#domain/scheduling/refusals.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { BoardDocuments } from '#web/lib/sync/board-documents.ts';
import { Desk } from '#web/lib/sync/desk.ts';
import { Line, type LineState } from '#web/lib/sync/line.ts';
import { appointmentOf, visitFrom, type PendingIntent, type Visit } from './visit.ts';

export interface BoardStoreOptions {
	clinicId: string;
	date: string;
	actor: { userId: string; name: string };
	/** Whose patients this person may know: everybody's, one practitioner's, nobody's. */
	peopleScope: 'all' | string | null;
	can: {
		book: boolean;
		move: boolean;
		setStatus: boolean;
		cancel: boolean;
		remark: boolean;
		block: boolean;
	};
	/** The practitioners that this person is. */
	ownPractitionerIds: string[];
	statusLabels: Record<AppointmentStatus, { label: string }>;
}

/** An intent as the screens make it; the store adds id and time. */
export type NewIntent = Intent extends infer I
	? I extends Intent
		? Omit<I, 'id' | 'madeAt'>
		: never
	: never;

/** Ground that was drawn on, for a new visit or block. */
export interface Draft {
	practitionerId: string | null;
	roomId: string | null;
	startsAt: number;
	durationMinutes: number;
}

export interface Drag {
	appointmentId: string;
	practitionerId: string | null;
	roomId: string | null;
	startsAt: number;
	durationMinutes: number;
}

/** A colleague who looks at the same board. */
export interface Colleague {
	clientId: number;
	user: { userId: string; name: string; colorIndex: number };
	drag: Drag | null;
}

export const ZOOMS = [4, 6, 8, 11, 15] as const;

export class BoardStore {
	readonly options: BoardStoreOptions;

	readonly clinics = new SvelteMap<string, ClinicRow>();
	readonly practitioners = new SvelteMap<string, PractitionerRow>();
	readonly rooms = new SvelteMap<string, RoomRow>();
	readonly services = new SvelteMap<string, ServiceRow>();
	readonly appointments = new SvelteMap<string, AppointmentRow>();
	readonly blocks = new SvelteMap<string, BlockRow>();
	readonly people = new SvelteMap<string, PersonRow>();
	readonly pending = new SvelteMap<string, PendingIntent>();

	line = $state<{ state: LineState; since: number }>({ state: 'connecting', since: Date.now() });
	/** The first rows are there. */
	loaded = $state(false);
	/** Why the board cannot be opened, when it cannot. */
	refusedReason = $state<string | null>(null);
	others = $state.raw<Colleague[]>([]);
	selected = $state<{ kind: 'appointment' | 'block'; id: string } | null>(null);
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

	private readonly connection: Line;
	private readonly documents: BoardDocuments;
	private readonly desk: Desk;
	/** The visits drawn last, so that those which did not change stay the same objects. */
	private drawn = new Map<string, { from: unknown[]; visit: Visit }>();

	constructor(options: BoardStoreOptions) {
		this.options = options;
		this.connection = new Line((state) => {
			if (state !== this.line.state) this.line = { state, since: Date.now() };
		});
		const { socket } = this.connection;
		this.documents = new BoardDocuments({
			...{ socket, clinicId: options.clinicId, date: options.date },
			peopleScope: options.peopleScope,
			onRow: (map, id, row) => this.takeRow(map, id, row),
			onWhole: (map, ids) => {
				const rows = this.mapNamed(map);
				for (const id of [...rows.keys()]) if (!ids.has(id)) rows.delete(id);
			},
			onOpened: () => (this.loaded = true),
			onRefused: (reason) => (this.refusedReason = reason),
			onPresence: (states, ownClientId) => this.takePresence(states, ownClientId)
		});
		this.desk = new Desk({
			...{ socket, userId: options.actor.userId },
			onWaiting: (intent) => {
				if (!this.pending.has(intent.id)) {
					this.pending.set(intent.id, { intent, state: 'waiting' });
				}
			},
			onVerdict: (verdict) => this.takeVerdict(verdict)
		});
	}

	get clinic(): ClinicRow | null {
		return this.clinics.get('clinic') ?? null;
	}

	get zone(): string {
		return this.clinic?.zone ?? 'UTC';
	}

	/** What is drawn: every visit with this person's own wishes laid over it. */
	visits: Visit[] = $derived.by(() => this.drawVisits());

	/** Intents without a verdict. */
	waiting: number = $derived(
		[...this.pending.values()].filter(({ state }) => state === 'waiting').length
	);

	refused: PendingIntent[] = $derived(
		[...this.pending.values()].filter(({ state }) => state === 'refused')
	);

	/** Asks for something to be done. @returns the intent's id */
	submit(wish: NewIntent): string {
		// $state proxies must not reach the document.
		const intent = JSON.parse(
			JSON.stringify({ ...wish, id: crypto.randomUUID(), madeAt: Date.now() })
		) as Intent;
		const about = appointmentOf(intent);
		for (const [id, { intent: other, state }] of this.pending) {
			if (state === 'refused' && about !== null && appointmentOf(other) === about) {
				this.pending.delete(id);
			}
		}
		this.pending.set(intent.id, { intent, state: 'waiting' });
		this.desk.put(intent);
		return intent.id;
	}

	/** Forgets a refusal that was read. */
	dismiss(intentId: string): void {
		this.pending.delete(intentId);
	}

	/** Asks for a refused thing again, at a time that was proposed. */
	retryAt(intentId: string, { startsAt, practitionerId, roomId }: Alternative): void {
		const refused = this.pending.get(intentId);
		if (!refused) return;
		const { intent } = refused;
		this.pending.delete(intentId);
		if (intent.kind === 'book') {
			const { id: _, madeAt: __, ...wish } = intent;
			this.submit({ ...wish, changes: { ...wish.changes, startsAt, practitionerId, roomId } });
		} else if (intent.kind === 'move' || intent.kind === 'resize') {
			const { appointmentId } = intent;
			const row = this.appointments.get(appointmentId);
			if (!row) return;
			this.submit({
				...{ kind: 'move', appointmentId, basedOnRevision: row.revision },
				changes: { startsAt, practitionerId, roomId }
			});
		}
	}

	/** The revision that a change of a visit made now would be based on: what this person sees. */
	revisionOf(appointmentId: string): number {
		const own = [...this.pending.values()].filter(
			({ intent, state }) => state !== 'refused' && appointmentOf(intent) === appointmentId
		).length;
		return (this.appointments.get(appointmentId)?.revision ?? 0) + own || 1;
	}

	/** @returns the starts at which a visit may lie, as far as this board knows. */
	legalFor(request: SituationRequest, durationMinutes: number): Interval[] {
		const situation = untrack(() => situationOnBoard(this, this.people, request));
		return situation ? legalStarts(durationMinutes, situation) : [];
	}

	/** @returns why a visit may not lie there, in words, or `null` when it may. */
	objection(request: SituationRequest, time: VisitTime): string | null {
		const situation = untrack(() => situationOnBoard(this, this.people, request));
		if (!situation) return 'This is not on this board.';
		const judged = judgePlacement(time, situation);
		return judged.ok ? null : this.explain(judged.refusal);
	}

	explain(refusal: Refusal): string {
		return explainRefusal(refusal, {
			nameOf: (id) => this.practitioners.get(id)?.name ?? this.rooms.get(id)?.name,
			zone: this.zone,
			date: this.options.date
		});
	}

	/** @returns the room for a visit: the wanted one where it suits and is free, else the first that does. */
	roomFor(request: SituationRequest, time: VisitTime): string {
		const fits = (roomId: string) => this.objection({ ...request, roomId }, time) === null;
		if (fits(request.roomId)) return request.roomId;
		const others = [...this.rooms].sort(([, a], [, b]) => a.order - b.order);
		return others.find(([roomId]) => fits(roomId))?.[0] ?? request.roomId;
	}

	/** Shows colleagues where this person holds a card; `null` when it is dropped. */
	sayDrag(drag: Drag | null): void {
		this.documents.say({ drag });
	}

	destroy(): void {
		this.desk.destroy();
		this.documents.destroy();
		this.connection.destroy();
	}

	private drawVisits(): Visit[] {
		const wishes = Map.groupBy(
			[...this.pending.values()].filter(({ intent }) => appointmentOf(intent) !== null),
			({ intent }) => appointmentOf(intent)!
		);
		const minutes = (serviceId: string) => this.services.get(serviceId)?.durationMinutes ?? 15;
		const drawn = new Map<string, { from: unknown[]; visit: Visit }>();
		const ids = new Set([...this.appointments.keys(), ...wishes.keys()]);
		for (const id of ids) {
			const row = this.appointments.get(id) ?? null;
			const person = this.people.get(id) ?? null;
			const own = wishes.get(id) ?? [];
			const from = [row, person, ...own];
			const before = this.drawn.get(id);
			const same =
				before?.from.length === from.length && before.from.every((part, i) => part === from[i]);
			const visit = same ? before!.visit : visitFrom(id, row, person, own, minutes);
			if (visit && (row !== null || this.isOnThisDay(visit))) drawn.set(id, { from, visit });
		}
		this.drawn = drawn;
		return [...drawn.values()].map(({ visit }) => visit);
	}

	/** A desk is one for all boards: what is asked for on another day is not drawn here. */
	private isOnThisDay(visit: Visit): boolean {
		const { clinic } = this;
		const here = this.practitioners.has(visit.practitionerId) && this.rooms.has(visit.roomId);
		return (
			here && clinic !== null && clinic.dayStart <= visit.startsAt && visit.startsAt < clinic.dayEnd
		);
	}

	private takeVerdict(verdict: Verdict): void {
		const known = this.pending.get(verdict.intentId);
		if (!known) return;
		if (verdict.outcome === 'refused') {
			const { refusal } = verdict;
			const words = this.explain(refusal);
			this.pending.set(verdict.intentId, { ...known, state: 'refused', refusal, words });
			return;
		}
		const { revision } = verdict;
		this.pending.set(verdict.intentId, { ...known, state: 'accepted', revision });
		this.forgetCarriedOut();
	}

	/** An accepted wish is laid over the row until the row shows it: no card jumps back in between. */
	private forgetCarriedOut(): void {
		for (const [id, { intent, state, revision }] of this.pending) {
			if (state !== 'accepted' || revision === undefined) continue;
			const row =
				'blockId' in intent
					? this.blocks.get(intent.blockId)
					: this.appointments.get(intent.appointmentId);
			const gone = row === undefined && intent.kind !== 'book' && intent.kind !== 'block';
			if (gone || (row && row.revision >= revision)) this.pending.delete(id);
		}
	}

	private takeRow(map: string, id: string, row: unknown): void {
		const rows = this.mapNamed(map);
		if (row === undefined) rows.delete(id);
		else rows.set(id, row);
		if (map === 'appointments' || map === 'blocks') this.forgetCarriedOut();
	}

	private mapNamed(map: string): SvelteMap<string, unknown> {
		const maps: Record<string, unknown> = {
			...{ clinic: this.clinics, practitioners: this.practitioners, rooms: this.rooms },
			...{ services: this.services, appointments: this.appointments, blocks: this.blocks },
			people: this.people
		};
		return maps[map] as SvelteMap<string, unknown>;
	}

	private takePresence(states: Map<number, Record<string, unknown>>, ownClientId: number): void {
		const others: Colleague[] = [];
		for (const [clientId, state] of states) {
			const { user, drag } = state as Partial<Colleague>;
			if (clientId !== ownClientId && user) others.push({ clientId, user, drag: drag ?? null });
		}
		this.others = others;
	}
}
