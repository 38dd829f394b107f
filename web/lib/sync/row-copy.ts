/** The rows of a board as the documents brought them, map by map: what is kept on the device. */

export type CopiedRows = Record<string, Record<string, unknown>>;

export class RowCopy {
	private readonly maps = new Map<string, Map<string, unknown>>();

	/** One row is now `row`, or gone. */
	row(map: string, id: string, row: unknown): void {
		if (row === undefined) this.maps.get(map)?.delete(id);
		else this.mapOf(map).set(id, row);
	}

	/** These are all that are in the map. */
	whole(map: string, ids: ReadonlySet<string>): void {
		const rows = this.mapOf(map);
		for (const id of [...rows.keys()]) if (!ids.has(id)) rows.delete(id);
	}

	/** Whether a map arrived whole. */
	has(map: string): boolean {
		return this.maps.has(map);
	}

	toJSON(): CopiedRows {
		return Object.fromEntries([...this.maps].map(([map, rows]) => [map, Object.fromEntries(rows)]));
	}

	private mapOf(map: string): Map<string, unknown> {
		const known = this.maps.get(map) ?? new Map<string, unknown>();
		this.maps.set(map, known);
		return known;
	}
}
