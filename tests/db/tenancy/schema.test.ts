import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { readTables, tenantTables, WITHOUT_ORGANIZATION } from './catalog.ts';

let fresh: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
});
afterAll(async () => {
	await owner.end();
	await fresh.drop();
});

it('every table says whose its rows are, but for those that are listed with a reason', async () => {
	const tables = await readTables(owner);
	expect(tables.length).toBeGreaterThan(30);
	const others = tables.filter(({ belongs }) => !belongs).map(({ name }) => name);
	expect(others).toEqual(Object.keys(WITHOUT_ORGANIZATION).sort());
});

it('every table has row-level security, forced, with a policy', async () => {
	const tables = await readTables(owner);
	const open = tables.filter(({ forced, policies }) => !forced || policies === 0);
	expect(open.map(({ name }) => name)).toEqual([]);
});

it('every table of an organization has the policy that keeps it to its own rows', async () => {
	const { rows } = await owner.query<{ tablename: string }>(
		`SELECT tablename FROM pg_policies WHERE policyname = 'own_organization' AND cmd = 'ALL'
			AND permissive = 'PERMISSIVE' AND qual LIKE '%organization_id = current_organization()%'`
	);
	const names = (await tenantTables(owner)).map(({ name }) => name);
	expect(rows.map(({ tablename }) => tablename).sort()).toEqual(names);
});

it('beside it there are only policies for finding out whose a secret is', async () => {
	const { rows } = await owner.query<{ policyname: string }>(
		`SELECT DISTINCT policyname FROM pg_policies ORDER BY 1`
	);
	expect(rows.map(({ policyname }) => policyname)).toEqual([
		'finding_organization',
		'own_organization',
		'signing_in'
	]);
});

it('every foreign key between their tables carries the organization', async () => {
	const names = (await tenantTables(owner)).map(({ name }) => name);
	const { rows } = await owner.query<{ name: string; from: string; pairs: string[] }>(
		`SELECT k.conname AS name, k.conrelid::regclass::text AS "from",
			(SELECT json_agg(f.attname || ' → ' || t.attname) FROM unnest(k.conkey, k.confkey) AS pair(f, t)
				JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = pair.f
				JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.t) AS pairs
		FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
			AND k.confrelid::regclass::text = ANY($1)`,
		[names]
	);
	expect(rows.length).toBeGreaterThan(30);
	const astray = rows.filter(({ pairs }) => !pairs.includes('organization_id → organization_id'));
	expect(astray).toEqual([]);
});

it('no table hangs loose: each is tied to its organization, straight or by way of another', async () => {
	const { rows } = await owner.query<{ from: string; to: string }>(
		`SELECT conrelid::regclass::text AS "from", confrelid::regclass::text AS "to" FROM pg_constraint
			WHERE contype = 'f' AND connamespace = 'public'::regnamespace`
	);
	const tied = new Set(['organizations']);
	for (let before = 0; before !== tied.size;) {
		before = tied.size;
		for (const { from, to } of rows) if (tied.has(to)) tied.add(from);
	}
	const names = (await tenantTables(owner)).map(({ name }) => name);
	expect(names.filter((name) => !tied.has(name))).toEqual([]);
});

it("the application's role owns nothing, is no superuser, and no function lends it the owner's rights", async () => {
	const { rows: roles } = await owner.query(
		`SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin FROM pg_roles
			WHERE rolname = 'dayboard_app'`
	);
	expect(Object.values(roles[0] as object)).toEqual([false, false, false, false, false]);
	const { rows: owned } = await owner.query(
		`SELECT relname FROM pg_class WHERE relowner = 'dayboard_app'::regrole`
	);
	expect(owned).toEqual([]);
	const { rows: lending } = await owner.query(
		`SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef`
	);
	expect(lending).toEqual([]);
	const { rows: views } = await owner.query(
		`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')`
	);
	expect(views).toEqual([]);
});
