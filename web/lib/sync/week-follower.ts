/** Boards that are followed without being shown: says that something of a doctor's changed on one of them. */
import { BoardDocuments } from './board-documents.ts';
import { Line, type LineState } from './line.ts';

/** Documents a socket may open (docs/PROTOCOL.md). */
export const MOST_FOLLOWED = 12;
/** Several changes that come together are one. */
const GATHER_MS = 300;

export interface FollowedBoard {
	clinicId: string;
	date: string;
}

export interface WeekFollowerOptions {
	/** The first `MOST_FOLLOWED` of them are followed. */
	boards: readonly FollowedBoard[];
	/** Whether a row that changed has to do with what is shown; `row` is undefined where it is gone. */
	isAbout(map: string, id: string, row: unknown): boolean;
	onChange(): void;
	onLine(state: LineState): void;
}

export class WeekFollower {
	private readonly line: Line;
	private readonly boards: BoardDocuments[];
	private readonly opened = new Set<FollowedBoard>();
	private timer: ReturnType<typeof setTimeout> | undefined;
	private readonly onChange: () => void;

	constructor({ boards, isAbout, onChange, onLine }: WeekFollowerOptions) {
		this.onChange = onChange;
		this.line = new Line(onLine);
		this.boards = boards.slice(0, MOST_FOLLOWED).map(
			(board) =>
				new BoardDocuments({
					...{ ...board, socket: this.line.socket, peopleScope: null },
					onRow: (map, id, row) => {
						// What it holds when it is opened first is what the page came with.
						if (this.opened.has(board) && isAbout(map, id, row)) this.changed();
					},
					onWhole: () => {},
					onOpened: () => {
						// What happened between the page and the opening, or while there was no line, is not told row by row.
						const isAgain = this.opened.has(board);
						this.opened.add(board);
						if (isAgain || this.opened.size === this.boards.length) this.changed();
					},
					onRefused: () => {},
					onPresence: () => {}
				})
		);
	}

	destroy(): void {
		clearTimeout(this.timer);
		for (const board of this.boards) board.destroy();
		this.line.destroy();
	}

	private changed(): void {
		clearTimeout(this.timer);
		this.timer = setTimeout(this.onChange, GATHER_MS);
	}
}
