/** A card on its way: by mouse, finger or keyboard. One at a time. */
import { untrack } from 'svelte';
import type { Interval } from '#domain/scheduling/intervals.ts';
import type { BoardStore } from './board-store.svelte.ts';
import type { Column } from './columns.ts';
import { isGroupMovable, partsFor } from './groups.ts';
import type { Place, Targets } from './targets.ts';
import type { Visit } from './visit.ts';

export type DragKind = 'move' | 'resize';

export interface DragState {
	kind: DragKind;
	by: 'pointer' | 'keyboard';
	visit: Visit;
	/** Where it would be dropped now. */
	columnId: string;
	startsAt: number;
	durationMinutes: number;
	/** Why it may not be dropped there, in words; `null` when it may. */
	objection: string | null;
	/** Legal starts by column: what is lit. */
	legal: Map<string, Interval[]>;
}

const SAY_EVERY_MS = 50;

export class DragController {
	state = $state.raw<DragState | null>(null);
	/** Said to screen readers. */
	announcement = $state('');

	private readonly store: BoardStore;
	private readonly columns: () => Column[];
	/** Of the card in hand. */
	private targets: Targets | null = null;
	private saidAt = 0;

	constructor(store: BoardStore, columns: () => Column[]) {
		this.store = store;
		this.columns = columns;
	}

	/** @returns whether this visit, with all who come to the same group, may be lifted by this person. */
	mayLift(visit: Visit): boolean {
		if (!this.store.options.can.move || visit.status === 'needs-review') return false;
		if (!this.store.isTheirs(visit.practitionerId)) return false;
		return isGroupMovable(this.store.together(visit));
	}

	lift(visit: Visit, kind: DragKind, by: DragState['by']): void {
		const { columnsBy } = this.store.view;
		const columnId = columnsBy === 'practitioner' ? visit.practitionerId : visit.roomId;
		const { startsAt, durationMinutes } = visit;
		this.targets = this.targetsOf(visit);
		this.state = {
			...{ kind, by, visit, columnId, startsAt, durationMinutes },
			objection: null,
			legal: this.light(visit, kind === 'resize' ? 5 : durationMinutes)
		};
		if (by === 'keyboard') {
			this.announcement =
				'Lifted. Arrow keys move it, with Shift they change its length, Enter drops it, Escape puts it back.';
		}
	}

	/** The target changed. Does nothing when it is the same as before. */
	aim(columnId: string, startsAt: number, minutes: number): void {
		const { state } = this;
		if (!state) return;
		// Drafts move visits; how long they take is changed on the day itself.
		const durationMinutes = this.store.drafted ? state.visit.durationMinutes : minutes;
		const same =
			state.columnId === columnId &&
			state.startsAt === startsAt &&
			state.durationMinutes === durationMinutes;
		if (same) return;
		const target = { ...state, columnId, startsAt, durationMinutes };
		this.state = { ...target, objection: this.objectionTo(target) };
		this.sayToColleagues();
	}

	/** Drops the card. @returns the intent's id, or `null` when nothing was changed. */
	drop(): string | null {
		const { state, store } = this;
		if (!state) return null;
		const { visit, startsAt, durationMinutes } = state;
		const { practitionerId, roomId } = this.placeOf(state);
		this.end();
		const all = store.together(visit);
		const ask = (change: Parameters<typeof partsFor>[2]) => {
			const parts = partsFor(all, (id) => store.wishes.revisionOf(id), change);
			const [first, ...others] = parts;
			if (!first) return null;
			return store.ask(others.length === 0 ? first : { kind: 'together', parts });
		};
		if (state.kind === 'resize' || durationMinutes !== visit.durationMinutes) {
			if (durationMinutes === visit.durationMinutes && startsAt === visit.startsAt) return null;
			return ask({
				kind: 'resize',
				changes: { durationMinutes, ...(startsAt === visit.startsAt ? {} : { startsAt }) }
			});
		}
		const changes = {
			...(startsAt === visit.startsAt ? {} : { startsAt }),
			...(practitionerId === visit.practitionerId ? {} : { practitionerId }),
			...(roomId === visit.roomId ? {} : { roomId })
		};
		if (Object.keys(changes).length === 0) return null;
		return ask({ kind: 'move', changes });
	}

	cancel(): void {
		if (this.state?.by === 'keyboard') this.announcement = 'Put back.';
		this.end();
	}

	/** Reads all that targets depend on: an effect that calls this runs again when any of it changes. */
	watch(): void {
		const { appointments, blocks, drafted, offers, practitioners, rooms, services } = this.store;
		void drafted?.visits;
		for (const rows of [appointments, blocks, offers, practitioners, rooms, services]) {
			for (const row of rows.values()) void row;
		}
	}

	/** The board changed under the card: what is lit has to be looked at again. */
	refresh(): void {
		const { state } = this;
		if (!state) return;
		this.targets = this.targetsOf(state.visit);
		const legal = this.light(state.visit, state.kind === 'resize' ? 5 : state.durationMinutes);
		this.state = { ...state, legal, objection: this.objectionTo(state) };
	}

	private end(): void {
		this.state = null;
		this.targets = null;
		this.store.sayDrag(null);
	}

	private targetsOf(visit: Visit): Targets {
		const { store } = this;
		const all = store.together(visit);
		const held = {
			serviceId: visit.serviceId,
			leftOut: all.map(({ id }) => id),
			// Whether all patients of a group are free is found by the server.
			patientId: all.length === 1 ? (visit.person?.patientId ?? null) : null
		};
		return untrack(() => store.targetsFor(held));
	}

	/** A drop on another column changes what the columns stand for; the other resource stays if it can. */
	private placeOf(state: DragState): Place {
		const { visit, columnId } = state;
		if (this.store.view.columnsBy === 'room') {
			return { practitionerId: visit.practitionerId, roomId: columnId };
		}
		const wanted = { practitionerId: columnId, roomId: visit.roomId };
		return { ...wanted, roomId: this.targets?.roomFor(wanted, state) ?? visit.roomId };
	}

	private objectionTo(state: DragState): string | null {
		const place = this.placeOf(state);
		if (!this.store.isTheirs(place.practitionerId)) return 'You can change your own time only.';
		return this.store.objectionWords(this.targets?.objection(place, state) ?? null);
	}

	private light(visit: Visit, durationMinutes: number): Map<string, Interval[]> {
		const byPractitioner = this.store.view.columnsBy === 'practitioner';
		return new Map(
			this.columns().map(({ id }) => {
				const doctor = byPractitioner ? id : visit.practitionerId;
				const isTheirs = this.store.isTheirs(doctor);
				// The room gives way where it is taken: what is lit is where some room would do.
				const room = byPractitioner ? null : id;
				return [id, isTheirs ? (this.targets?.ground(doctor, room, durationMinutes) ?? []) : []];
			})
		);
	}

	private sayToColleagues(): void {
		const { state } = this;
		const now = performance.now();
		if (!state || now - this.saidAt < SAY_EVERY_MS) return;
		this.saidAt = now;
		const byPractitioner = this.store.view.columnsBy === 'practitioner';
		this.store.sayDrag({
			appointmentId: state.visit.id,
			practitionerId: byPractitioner ? state.columnId : state.visit.practitionerId,
			roomId: byPractitioner ? state.visit.roomId : state.columnId,
			...{ startsAt: state.startsAt, durationMinutes: state.durationMinutes }
		});
	}
}
