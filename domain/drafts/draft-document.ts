/** The document in which a draft is edited together. Pure. */

/** Name of the one shared map in a `draft` document: see `draft-change.ts`. */
export const CHANGES_MAP = 'changes';

/** What the server says to those who have a draft open once it is over. */
export interface DraftOver {
	type: 'draft-over';
	state: 'committed' | 'dropped';
	/** Who did it. */
	by: string;
	/** Epoch milliseconds. */
	at: number;
}
