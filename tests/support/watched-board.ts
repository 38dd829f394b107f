/** Somebody who only looks at a board: every state that it shows is held against the rules that must never be broken. */
import type * as Y from 'yjs';
import type { AppointmentRow, BlockRow } from '#domain/board/documents.ts';
import { takesTime } from '#domain/scheduling/appointment.ts';

export interface WatchedBoard {
	/** How many states were seen. */
	readonly states: () => number;
	/** What was wrong, in words; empty: nothing ever was. */
	readonly broken: () => string[];
}

interface Taken {
	id: string;
	places: string[];
	start: number;
	end: number;
}

/** Looks at a board document after each change, as a browser would draw it. */
export function watchBoard(document: Y.Doc): WatchedBoard {
	const broken: string[] = [];
	let states = 0;
	document.on('afterTransaction', () => {
		states++;
		broken.push(...overlapsIn(document));
	});
	return { states: () => states, broken: () => broken };
}

/** @returns each pair that has one doctor or room at one time */
export function overlapsIn(document: Y.Doc): string[] {
	const visits = [...document.getMap<AppointmentRow>('appointments')].flatMap(
		([id, row]): Taken[] =>
			takesTime(row.status) && row.place === null && !row.overridden
				? [{ id, places: [row.practitionerId, row.roomId], ...spanOf(row) }]
				: []
	);
	const blocks = [...document.getMap<BlockRow>('blocks')].map(([id, row]): Taken => ({
		id,
		places: [row.resourceId],
		...spanOf(row)
	}));
	const all = [...visits, ...blocks];
	return all.flatMap((one, i) =>
		all
			.slice(i + 1)
			.filter(
				(other) =>
					one.start < other.end &&
					other.start < one.end &&
					one.places.some((place) => other.places.includes(place))
			)
			.map((other) => `${one.id} and ${other.id} at ${new Date(one.start).toISOString()}`)
	);
}

const spanOf = ({ startsAt, durationMinutes }: AppointmentRow | BlockRow) => ({
	...{ start: startsAt, end: startsAt + durationMinutes * 60_000 }
});
