/** Mouse and finger on the board: lifting, resizing, drawing on free ground, opening. */
import { MIN_DURATION_MINUTES } from '#domain/scheduling/appointment.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import type { BoardStore } from './board-store.svelte.ts';
import type { DragController, DragKind } from './drag.svelte.ts';
import { Drawing } from './drawing.svelte.ts';
import { snap, snapDown } from './layout.ts';
import type { Visit } from './visit.ts';

export type { Drawing };

/** A mouse that moves less than this has clicked. */
const SLOP_PX = 4;
/** A finger that moves more than this before the card is lifted is scrolling. */
const FINGER_SLOP_PX = 10;
const LONG_PRESS_MS = 400;
/** This close to an edge the board scrolls along. */
const EDGE_PX = 36;
const SCROLL_PX = 14;
/** A click on free ground proposes this length. */
export const CLICKED_MINUTES = 15;

export interface PointerOptions {
	store: BoardStore;
	drag: DragController;
	geometry: {
		at(clientX: number, clientY: number): { columnId: string; instant: number } | null;
		scroller(): HTMLElement | undefined;
	};
	findVisit(id: string): Visit | undefined;
	/** Free ground was drawn on. */
	onDrawn(columnId: string, startsAt: number, durationMinutes: number): void;
}

/** What a pointer went down on. */
interface Press {
	pointerId: number;
	x: number;
	y: number;
	on:
		| { kind: DragKind; visit: Visit }
		| { kind: 'draw'; columnId: string; instant: number }
		/** Whoever of the waitlist is chosen. */
		| { kind: 'place' };
	/** From the card's beginning to where it is held. */
	heldAt: number;
	longPress: ReturnType<typeof setTimeout> | undefined;
}

/** @returns the handlers of the board's scroller */
export function boardPointer({ store, drag, geometry, findVisit, onDrawn }: PointerOptions) {
	const drawing = new Drawing();
	let press: Press | null = null;
	let last = { x: 0, y: 0 };
	let frame = 0;
	let swallowClick = false;

	function down(event: PointerEvent) {
		if (event.button !== 0 || press || drag.state) return;
		const target = event.target as HTMLElement;
		const card = target.closest<HTMLElement>('[data-appointment-id]');
		const place = geometry.at(event.clientX, event.clientY);
		if (!place) return;
		const common = {
			...{ pointerId: event.pointerId, x: event.clientX, y: event.clientY },
			longPress: undefined
		};
		swallowClick = false;
		if (card) {
			const visit = findVisit(card.dataset.appointmentId!);
			if (!visit || !drag.mayLift(visit)) return;
			const kind = target.closest('[data-grip]') ? 'resize' : 'move';
			press = { ...common, on: { kind, visit }, heldAt: place.instant - visit.startsAt };
		} else if (target.closest('[data-ground]') && !target.closest('button, .refusal')) {
			if (!store.options.can.book && !store.options.can.block) return;
			press = { ...common, on: { kind: 'draw', ...place }, heldAt: 0 };
		} else return;
		if (event.pointerType !== 'mouse') {
			press.longPress = setTimeout(() => begin(true), LONG_PRESS_MS);
		}
	}

	/** A press in the panel became a drag: it ends on the board. */
	function carry(event: PointerEvent) {
		if (press || drag.state || !store.placing.chosen) return;
		const { pointerId, clientX: x, clientY: y } = event;
		press = { ...{ pointerId, x, y, heldAt: 0, longPress: undefined }, on: { kind: 'place' } };
		geometry.scroller()?.setPointerCapture(pointerId);
		swallowClick = true;
		if (event.pointerType !== 'mouse') navigator.vibrate?.(15);
		last = { x, y };
		follow();
	}

	/** The press becomes a drag. */
	function begin(byFinger: boolean) {
		if (!press || press.on.kind === 'place') return;
		clearTimeout(press.longPress);
		press.longPress = undefined;
		geometry.scroller()?.setPointerCapture(press.pointerId);
		swallowClick = true;
		if (byFinger) navigator.vibrate?.(15);
		if (press.on.kind === 'draw') {
			drawing.begin(press.on.columnId, snapDown(press.on.instant));
		} else {
			drag.lift(press.on.visit, press.on.kind, 'pointer');
		}
		last = { x: press.x, y: press.y };
		follow();
	}

	const isActive = () =>
		drag.state !== null || drawing.current !== null || press?.on.kind === 'place';

	function move(event: PointerEvent) {
		if (!press || event.pointerId !== press.pointerId) return;
		last = { x: event.clientX, y: event.clientY };
		const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y);
		const active = isActive();
		if (!active) {
			if (press.longPress !== undefined) {
				if (moved > FINGER_SLOP_PX) cancel();
			} else if (moved > SLOP_PX) begin(false);
		}
		if (active && frame === 0) frame = requestAnimationFrame(follow);
	}

	/** Once a frame at the most: where the pointer is, and the edges. */
	function follow() {
		frame = 0;
		if (!press) return;
		const scroller = geometry.scroller();
		const place = geometry.at(last.x, last.y);
		if (!place || !scroller) return;
		const { state } = drag;
		if (press.on.kind === 'place') {
			store.placing.aim(place.columnId, place.instant);
		} else if (drawing.current) {
			drawing.to(snap(place.instant));
		} else if (state?.kind === 'move') {
			drag.aim(place.columnId, snap(place.instant - press.heldAt), state.durationMinutes);
		} else if (state) {
			const minutes = (snap(place.instant) - state.startsAt) / MINUTE_MS;
			drag.aim(state.columnId, state.startsAt, Math.max(MIN_DURATION_MINUTES, minutes));
		}
		if (scrollAtEdges(scroller, last)) frame = requestAnimationFrame(follow);
	}

	function up(event: PointerEvent) {
		if (!press || event.pointerId !== press.pointerId) return;
		clearTimeout(press.longPress);
		cancelAnimationFrame(frame);
		if (isActive()) {
			last = { x: event.clientX, y: event.clientY };
			follow();
			cancelAnimationFrame(frame);
			frame = 0;
		}
		const isPlaced = press.on.kind === 'place';
		press = null;
		const drawn = drawing.end();
		if (isPlaced) store.placing.drop();
		else if (drawn) onDrawn(drawn.columnId, drawn.startsAt, drawn.durationMinutes);
		else if (drag.state?.by === 'pointer') drag.drop();
	}

	function cancel() {
		clearTimeout(press?.longPress);
		cancelAnimationFrame(frame);
		frame = 0;
		press = null;
		drawing.end();
		store.placing.putBack();
		if (drag.state?.by === 'pointer') drag.cancel();
	}

	function open({ dataset }: HTMLElement) {
		const { group, appointmentId } = dataset;
		store.selected = group
			? { kind: 'group', id: group }
			: { kind: 'appointment', id: appointmentId! };
	}

	function click(event: MouseEvent) {
		if (swallowClick) {
			swallowClick = false;
			return;
		}
		const target = event.target as HTMLElement;
		const card = target.closest<HTMLElement>('[data-appointment-id]');
		if (card) {
			store.draft = null;
			open(card);
			return;
		}
		const ground = target.matches('[data-ground]') || target.closest('.off:not(button)');
		const place = ground && geometry.at(event.clientX, event.clientY);
		if (place && store.options.can.book) {
			onDrawn(place.columnId, snapDown(place.instant), CLICKED_MINUTES);
		}
	}

	/** A long press lifts; the browser's own menu would come up over it. */
	function contextmenu(event: MouseEvent) {
		const card = (event.target as HTMLElement).closest<HTMLElement>('[data-appointment-id]');
		if (!card) return;
		event.preventDefault();
		if (!drag.state && !press) {
			open(card);
		}
	}

	return { down, move, up, cancel, carry, click, contextmenu, drawing };
}

/** @returns whether the board moved under the pointer */
function scrollAtEdges(scroller: HTMLElement, { x, y }: { x: number; y: number }): boolean {
	const box = scroller.getBoundingClientRect();
	const push = (at: number, from: number, to: number) =>
		at < from + EDGE_PX ? -SCROLL_PX : at > to - EDGE_PX ? SCROLL_PX : 0;
	const before = [scroller.scrollLeft, scroller.scrollTop];
	scroller.scrollBy(push(x, box.left, box.right), push(y, box.top, box.bottom));
	return scroller.scrollLeft !== before[0] || scroller.scrollTop !== before[1];
}
