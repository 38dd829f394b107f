/** Everything that a database holds, to be searched for what it must not hold. */
import type pg from 'pg';

/** @returns the tables in which some row holds `text` in the clear, in any column */
export async function tablesWith(owner: pg.Client, text: string): Promise<string[]> {
	const { rows } = await owner.query<{ name: string }>(
		`SELECT table_name AS name FROM information_schema.tables
			WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`
	);
	const found: string[] = [];
	for (const { name } of rows) {
		const { rowCount } = await owner.query(
			`SELECT FROM "${name}" AS t WHERE strpos(t::text, $1) > 0 OR strpos(to_jsonb(t)::text, $1) > 0 LIMIT 1`,
			[text]
		);
		if (rowCount) found.push(name);
	}
	return found;
}
