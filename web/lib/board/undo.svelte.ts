/**
 * What one person did in this window and can take back, newest last. It outlives the board that is open: who turns to
 * another day still undoes what was done on the one before. It goes with the page.
 */
import type { Intent } from '#domain/scheduling/intents.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { tellsPatients } from './undo-words.ts';

/** Something that was asked for. */
export interface Doing {
	/** What takes it back names this. */
	intentId: string;
	words: string;
	/** Whether patients may be told of it. */
	isTold: boolean;
	/** When it was accepted (epoch milliseconds); `null`: no verdict yet. */
	acceptedAt: number | null;
}

export type Way = 'undo' | 'redo';

/** What is said of the last thing that happened. */
export interface UndoNote {
	state: 'done' | 'undone' | 'redone' | 'refused';
	words: string;
	/** Why it could not be taken back. */
	why: string;
	isTold: boolean;
	/** When it was accepted at first (epoch milliseconds). */
	since: number | null;
	at: number;
}

/** Nobody goes back further by hand. */
const MOST = 50;

export class UndoHistory {
	/** What can be undone, and what can be done again. */
	done = $state.raw<readonly Doing[]>([]);
	undone = $state.raw<readonly Doing[]>([]);
	note = $state.raw<UndoNote | null>(null);

	/** On the way back, by the intent that takes it back. */
	private readonly onTheWay = new Map<string, { doing: Doing; way: Way }>();

	last(way: Way): Doing | null {
		return (way === 'undo' ? this.done : this.undone).at(-1) ?? null;
	}

	/** @param words asked for before the change is laid over what is shown */
	asked(intent: Intent, words: () => string): void {
		if (intent.kind === 'undo') return;
		const doing = { words: words(), isTold: tellsPatients(intent), acceptedAt: null };
		this.done = [...this.done, { ...doing, intentId: intent.id }].slice(-MOST);
		// Whoever goes on from here does not go back to what was undone.
		this.undone = [];
	}

	/** @returns what is to be taken back next, or `null`; it is off the list from now on */
	next(way: Way): string | null {
		return this.last(way)?.intentId ?? null;
	}

	/** What was next is asked to be taken back. @param intentId of the intent that does it */
	takingBack(intentId: string, way: Way): void {
		const doing = this.last(way);
		if (!doing) return;
		if (way === 'undo') this.done = this.done.slice(0, -1);
		else this.undone = this.undone.slice(0, -1);
		this.onTheWay.set(intentId, { doing, way });
	}

	/** A verdict came on something that this person asked for. */
	judged(intent: Intent, verdict: Verdict, explain: (refusal: Refusal) => string): void {
		const at = Date.now();
		if (intent.kind !== 'undo') {
			this.judgedFirst(intent.id, verdict.outcome, at);
			return;
		}
		const { doing, way } = this.onTheWay.get(intent.id) ?? {};
		if (!doing) return;
		this.onTheWay.delete(intent.id);
		const { words, isTold, acceptedAt: since } = doing;
		if (verdict.outcome === 'refused') {
			const why = explain(verdict.refusal.parts?.[0]?.refusal ?? verdict.refusal);
			this.note = { state: 'refused', words, why, isTold, since, at };
			return;
		}
		const again = { ...doing, intentId: intent.id, acceptedAt: at };
		if (way === 'undo') this.undone = [...this.undone, again];
		else this.done = [...this.done, again];
		this.note = { state: way === 'undo' ? 'undone' : 'redone', words, why: '', isTold, since, at };
	}

	private judgedFirst(intentId: string, outcome: Verdict['outcome'], at: number): void {
		const doing = this.done.find((one) => one.intentId === intentId);
		if (!doing) return;
		if (outcome === 'refused') {
			this.done = this.done.filter((one) => one !== doing);
			return;
		}
		this.done = this.done.map((one) => (one === doing ? { ...one, acceptedAt: at } : one));
		if (doing.words) {
			const { words, isTold } = doing;
			this.note = { state: 'done', words, why: '', isTold, since: at, at };
		}
	}
}

const histories = new Map<string, UndoHistory>();

/** @returns the one history of a person in this window */
export function undoHistoryOf(userId: string): UndoHistory {
	const known = histories.get(userId);
	if (known) return known;
	const fresh = new UndoHistory();
	histories.set(userId, fresh);
	return fresh;
}
