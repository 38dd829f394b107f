/** What PostgreSQL's catalog says of the tables, so that a new one is looked at without anybody listing it. */
import type pg from 'pg';

/** Tables that belong to no organization, and why. */
export const WITHOUT_ORGANIZATION: Record<string, string> = {
	organizations: 'is the organization: its own id is what the policy goes by',
	sign_in_attempts: 'counts what strangers type, most of which is nobody’s account'
};

export interface TableFacts {
	name: string;
	forced: boolean;
	policies: number;
	/** Whether `organization_id` is there and never null. */
	belongs: boolean;
	/** Columns that a row can be given. */
	columns: string[];
	/** What the application's role may do. */
	may: { insert: boolean; update: boolean; delete: boolean };
}

/** @returns every table of the application, by name */
export async function readTables(owner: pg.Client): Promise<TableFacts[]> {
	const { rows } = await owner.query<TableFacts>(`
		SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced,
			(SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
			EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id'
				AND a.attnotnull) AS belongs,
			(SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid
				AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
			json_build_object('insert', has_table_privilege('dayboard_app', c.oid, 'INSERT'),
				'update', has_table_privilege('dayboard_app', c.oid, 'UPDATE'),
				'delete', has_table_privilege('dayboard_app', c.oid, 'DELETE')) AS may
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
		ORDER BY c.relname`);
	return rows;
}

/** @returns those that hold an organization's data */
export async function tenantTables(owner: pg.Client): Promise<TableFacts[]> {
	const tables = await readTables(owner);
	return tables.filter(({ name }) => !(name in WITHOUT_ORGANIZATION));
}
