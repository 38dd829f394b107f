/** One line of a visit's history. `actorName` is a member of staff. */
export interface HistoryEntry {
	at: number;
	/** `null` for imports and jobs. */
	actorName: string | null;
	kind: string;
	before: Record<string, unknown> | null;
	after: Record<string, unknown>;
}
