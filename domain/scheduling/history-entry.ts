/** One line of a visit's history. `actorName` is a member of staff. */
export interface HistoryEntry {
	at: number;
	/** `null` for imports and jobs. */
	actorName: string | null;
	kind: string;
	before: Record<string, unknown> | null;
	after: Record<string, unknown>;
	/** How many other changes the same request made with it: an exchange of two visits, a series. */
	others: number;
	/** What the ids in it are called: doctors, rooms, services; never a patient. */
	names: Record<string, string>;
}
