/** The board's columns: what stands in each, and where. */
import type { BlockRow, PractitionerRow, RoomRow, ServiceRow } from '#domain/board/documents.ts';
import { toInterval } from '#domain/board/situation.ts';
import type { ExceptionReason } from '#domain/availability/exceptions.ts';
import { takesTime, type AppointmentStatus } from '#domain/scheduling/appointment.ts';
import type { Interval } from '#domain/scheduling/intervals.ts';
import { MINUTE_MS, subtract } from '#domain/scheduling/intervals.ts';
import { visitInterval } from '#domain/scheduling/visit-time.ts';
import { foldText } from '#domain/directory/patient-search.ts';
import { groupsOf } from './groups.ts';
import { lanesOf, type Lane } from './layout.ts';
import type { Visit } from './visit.ts';
import { AWAY_WORDS, BLOCK_WORDS } from './words.ts';

/** A visit, or the first of a group session with all who come to it. */
export interface PlacedVisit extends Lane {
	visit: Visit;
	/** `null`: it is no group session. */
	members: Visit[] | null;
}

/** Where a card lies in its column and how it looks there. */
export interface CardPlace extends Lane {
	/** Pixels from the top of the column's ground, and how tall. */
	top: number;
	height: number;
	dimmed: boolean;
	lifted: boolean;
	/** The one card that Tab reaches. */
	tabbable: boolean;
	resizable: boolean;
}

/** @returns how many lines of text a card of that many pixels has room for */
export function linesIn(height: number): 1 | 2 | 3 {
	return height >= 50 ? 3 : height >= 34 ? 2 : 1;
}

export interface Column {
	id: string;
	kind: 'practitioner' | 'room';
	name: string;
	/** Specialty, or kind of room. */
	detail: string;
	working: Interval[];
	breaks: Interval[];
	/** Days off, and why. */
	away: (Interval & { reason: ExceptionReason })[];
	visits: PlacedVisit[];
	blocks: (BlockRow & { id: string })[];
	/** Working time that nothing takes, from now on. */
	free: Interval[];
}

export interface ColumnSource {
	practitioners: ReadonlyMap<string, PractitionerRow>;
	rooms: ReadonlyMap<string, RoomRow>;
	services: ReadonlyMap<string, ServiceRow>;
	blocks: ReadonlyMap<string, BlockRow>;
	visits: readonly Visit[];
}

export interface ColumnView {
	columnsBy: 'practitioner' | 'room';
	text: string;
	practitionerId: string;
	serviceId: string;
	status: AppointmentStatus | '';
}

/** @returns whether a visit passes the filter; the text looks through patient, service, doctor and room. */
export function passes(visit: Visit, view: ColumnView, source: ColumnSource): boolean {
	if (view.serviceId && visit.serviceId !== view.serviceId) return false;
	if (view.status && visit.status !== view.status) return false;
	const words = foldText(view.text).split(' ').filter(Boolean);
	if (words.length === 0) return true;
	const hay = foldText(
		[
			visit.person?.name,
			visit.person?.phone,
			visit.person?.birthDate,
			source.services.get(visit.serviceId)?.name,
			source.practitioners.get(visit.practitionerId)?.name,
			source.rooms.get(visit.roomId)?.name
		].join(' ')
	);
	return words.every((word) => hay.includes(word));
}

/** Less than this is over before anybody is booked into it. */
const USABLE_MS = 5 * MINUTE_MS;

/** @returns the first free time of a column that is not over, or `null` */
export function nextFree({ free }: Column, now: number): Interval | null {
	return free.find(({ start, end }) => end - Math.max(start, now) > USABLE_MS) ?? null;
}

/** @returns why nobody can be booked with somebody who would be working: `on leave`; `null` when it is not so */
export function awayWords({ working, away, blocks }: Column): string | null {
	if (working.length === 0 && away.length > 0) return AWAY_WORDS[away[0]!.reason].toLowerCase();
	const [block] = blocks;
	if (!block || subtract(working, blocks.map(visitInterval)).length > 0) return null;
	return block.kind === 'leave' ? 'on leave' : BLOCK_WORDS[block.kind].toLowerCase();
}

/** @returns the columns in their order; cancelled visits are not drawn. */
export function columnsOf(source: ColumnSource, view: ColumnView): Column[] {
	const byPractitioner = view.columnsBy === 'practitioner';
	const rows = [...(byPractitioner ? source.practitioners : source.rooms)]
		.filter(([id]) => !view.practitionerId || !byPractitioner || id === view.practitionerId)
		.sort(([, a], [, b]) => a.order - b.order);
	const shown = source.visits.filter(
		(visit) =>
			visit.status !== 'cancelled' &&
			(!view.practitionerId || visit.practitionerId === view.practitionerId)
	);
	const visits = Map.groupBy(shown, (visit) =>
		byPractitioner ? visit.practitionerId : visit.roomId
	);
	const blocks = Map.groupBy(
		[...source.blocks].map(([id, block]) => ({ ...block, id })),
		(block) => block.resourceId
	);
	return rows.map(([id, row]) => {
		const own = visits.get(id) ?? [];
		const cards = [
			...own.filter(({ place }) => place === null).map((visit) => ({ visit, members: null })),
			...[...groupsOf(own).values()].map((members) => ({ visit: members[0]!, members }))
		];
		const lanes = lanesOf(cards.map(({ visit }) => visitInterval(visit)));
		const taken = own.filter((visit) => takesTime(visit.status)).map(visitInterval);
		const blocked = blocks.get(id) ?? [];
		const working = row.working.map(toInterval);
		return {
			id,
			kind: view.columnsBy,
			name: row.name,
			detail: 'specialty' in row ? row.specialty : row.kind,
			working,
			breaks: row.breaks.map(toInterval),
			away: row.away.map(([start, end, reason]) => ({ start, end, reason })),
			visits: cards.map((card, i) => ({ ...card, ...lanes[i]! })),
			blocks: blocked,
			free: subtract(working, [...taken, ...blocked.map(visitInterval)])
		};
	});
}
