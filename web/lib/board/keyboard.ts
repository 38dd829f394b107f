/** Everything on the board by keyboard. */
import { GRID_MINUTES, MIN_DURATION_MINUTES } from '#domain/scheduling/appointment.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { BoardStore } from './board-store.svelte.ts';
import type { Column } from './columns.ts';
import type { DragController } from './drag.svelte.ts';
import type { Visit } from './visit.ts';

const STEP_MS = GRID_MINUTES * MINUTE_MS;

export interface KeyOptions {
	store: BoardStore;
	drag: DragController;
	columns(): Column[];
	zoom(step: number): void;
	newVisit(columnId: string, startsAt: number): void;
	focusCard(id: string): void;
}

/** @returns the key handler of the board's scroller */
export function boardKeys(options: KeyOptions): (event: KeyboardEvent) => void {
	const { store, drag, columns, zoom, newVisit, focusCard } = options;

	/** Keys while a card is held. @returns whether the key was for it */
	function held(event: KeyboardEvent): boolean {
		const { state } = drag;
		if (!state) return false;
		const list = columns();
		const index = list.findIndex((column) => column.id === state.columnId);
		const step = (columnStep: number, timeSteps: number, lengthSteps: number) => {
			const column = list[Math.max(0, Math.min(list.length - 1, index + columnStep))];
			const length = Math.max(
				MIN_DURATION_MINUTES,
				state.durationMinutes + lengthSteps * GRID_MINUTES
			);
			drag.aim(column?.id ?? state.columnId, state.startsAt + timeSteps * STEP_MS, length);
		};
		switch (event.key) {
			case 'ArrowUp':
				step(0, event.shiftKey ? 0 : -1, event.shiftKey ? -1 : 0);
				return true;
			case 'ArrowDown':
				step(0, event.shiftKey ? 0 : 1, event.shiftKey ? 1 : 0);
				return true;
			case 'ArrowLeft':
				step(-1, 0, 0);
				return true;
			case 'ArrowRight':
				step(1, 0, 0);
				return true;
			case 'Enter': {
				const { id } = state.visit;
				const { objection } = state;
				drag.drop();
				drag.announcement = objection ? `Asked for, though: ${objection}` : 'Dropped, sending.';
				focusCard(id);
				return true;
			}
			case 'Escape':
				drag.cancel();
				return true;
			default:
				return false;
		}
	}

	/** Keys on a card. @returns whether the key was for it */
	function onCard(event: KeyboardEvent, visit: Visit): boolean {
		const list = columns();
		const byPractitioner = store.view.columnsBy === 'practitioner';
		const columnId = byPractitioner ? visit.practitionerId : visit.roomId;
		const index = list.findIndex((column) => column.id === columnId);
		switch (event.key) {
			case 'ArrowUp':
			case 'ArrowDown': {
				const sorted = list[index]?.visits
					.map((placed) => placed.visit)
					.sort((a, b) => a.startsAt - b.startsAt);
				const at = sorted?.findIndex(({ id }) => id === visit.id) ?? -1;
				const next = sorted?.[at + (event.key === 'ArrowUp' ? -1 : 1)];
				if (next) focusCard(next.id);
				return true;
			}
			case 'ArrowLeft':
			case 'ArrowRight': {
				const way = event.key === 'ArrowLeft' ? -1 : 1;
				for (let i = index + way; list[i]; i += way) {
					const near = list[i]!.visits.map((placed) => placed.visit).sort(
						(a, b) => Math.abs(a.startsAt - visit.startsAt) - Math.abs(b.startsAt - visit.startsAt)
					)[0];
					if (near) {
						focusCard(near.id);
						break;
					}
				}
				return true;
			}
			case 'm':
			case 'M':
				if (drag.mayLift(visit)) drag.lift(visit, 'move', 'keyboard');
				else drag.announcement = 'This visit cannot be moved.';
				return true;
			case 'n':
			case 'N':
				if (store.options.can.book) {
					newVisit(columnId, visit.startsAt + visit.durationMinutes * MINUTE_MS);
				}
				return true;
			default:
				return false;
		}
	}

	return (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const target = event.target as HTMLElement;
		if (target.matches('input, select, textarea')) return;
		const id = target.dataset.appointmentId;
		const visit = id === undefined ? undefined : store.visits.find((other) => other.id === id);
		const handled =
			drag.state?.by === 'keyboard'
				? held(event)
				: drag.state && event.key === 'Escape'
					? (drag.cancel(), true)
					: visit
						? onCard(event, visit)
						: false;
		if (handled) {
			event.preventDefault();
			event.stopPropagation();
		} else if (event.key === '+' || event.key === '-') {
			event.preventDefault();
			zoom(event.key === '+' ? 1 : -1);
		}
	};
}
