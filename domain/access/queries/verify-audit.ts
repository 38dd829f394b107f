/** Recomputes the audit's chain of one organization and says where it does not fit. */
import { linkSql, rowHash, type ChainSource } from '../../../db/audit-chain.ts';
import type { Database } from '../../../db/database.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import { CHAIN_CONTINUED } from '../audit-entry.ts';
import type { ChainReport, FaultyPosition, Unsealed } from '../chain-words.ts';

type Client = Transaction['$client'];

/** Rows in one statement. */
const BATCH = 10_000;

/**
 * Reads every sealed row of an organization and recomputes its chain.
 * @param keptLinks links that were kept elsewhere and have to be in the chain still
 */
export function verifyAudit(
	database: Database,
	organizationId: string,
	keptLinks: readonly string[] = []
): Promise<ChainReport> {
	return inOrganization(database, organizationId, async ({ $client }) => {
		// Row by row along the keys: a hash of the whole table for every batch would take ever longer.
		await joinByHash($client, false);
		const found = await verifyChain($client, organizationId);
		await joinByHash($client, true);
		return {
			...found,
			unsealed: await readUnsealed($client, organizationId),
			missingLinks: await linksNotIn($client, organizationId, keptLinks)
		};
	});
}

async function joinByHash(client: Client, isOn: boolean): Promise<void> {
	await client.query(
		"SELECT set_config('enable_hashjoin', $1, true), set_config('enable_mergejoin', $1, true)",
		[isOn ? 'on' : 'off']
	);
}

interface Batch {
	count: number;
	faults: number;
	first: FaultyPosition | null;
	continued: number[] | null;
	last: { position: number; link: string; sealedAt: number; key: Key } | null;
}

type Key = [transactionId: string, source: string, rowId: number];

async function verifyChain(
	client: Client,
	organizationId: string
): Promise<Omit<ChainReport, 'unsealed' | 'missingLinks'>> {
	const report: Omit<ChainReport, 'unsealed' | 'missingLinks'> = {
		...{ verified: 0, faults: 0, first: null, continuedAt: [], head: null }
	};
	let before = { position: 0, link: organizationId, key: ['0', '', 0] as Key };
	for (;;) {
		const { rows } = await client.query<{ batch: Batch }>(VERIFY_BATCH, [
			...[organizationId, before.position, before.link, ...before.key],
			BATCH
		]);
		const { count, faults, first, continued, last } = rows[0]!.batch;
		report.verified += count;
		report.faults += faults;
		report.first ??= first;
		report.continuedAt.push(...(continued ?? []));
		if (last) {
			const { position, link, sealedAt } = last;
			report.head = { position, link, sealedAt };
			before = last;
		}
		if (count < BATCH) return report;
	}
}

/** What is wrong is said by its cause: a row of the chain that was changed makes its link and what it binds wrong. */
const VERIFY_BATCH = `WITH part AS (
		SELECT c.*, e.id AS event_id, a.id AS entry_id, a.kind,
			CASE WHEN c.source = 'events' THEN e.transaction_id ELSE a.transaction_id END AS own_transaction_id,
			CASE WHEN c.source = 'events' THEN ${rowHash('events', 'e')}
				ELSE ${rowHash('audit_entries', 'a')} END AS own_hash
		FROM audit_chain c
		LEFT JOIN events e ON c.source = 'events' AND e.organization_id = c.organization_id AND e.id = c.row_id
		LEFT JOIN audit_entries a ON c.source = 'audit_entries' AND a.organization_id = c.organization_id
			AND a.id = c.row_id
		WHERE c.organization_id = $1 AND c.position > $2
		ORDER BY c.position LIMIT $7
	), beside AS (
		SELECT *, lag(position, 1, $2::bigint) OVER w AS position_before, lag(link, 1, $3::text) OVER w AS link_before,
			lag(transaction_id, 1, $4::xid8) OVER w AS transaction_before, lag(source, 1, $5::text) OVER w AS source_before,
			lag(row_id, 1, $6::bigint) OVER w AS row_before,
			coalesce(lag(kind) OVER w, '') = '${CHAIN_CONTINUED}' AS begins_anew
		FROM part WINDOW w AS (ORDER BY position)
	), judged AS MATERIALIZED (
		SELECT *, CASE
			WHEN position <> position_before + 1 THEN 'position-missing'
			WHEN link <> ${linkSql('b.link_before', 'b')} THEN 'link-broken'
			WHEN event_id IS NULL AND entry_id IS NULL THEN 'row-missing'
			WHEN row_hash <> own_hash OR transaction_id <> own_transaction_id THEN 'row-changed'
			WHEN NOT begins_anew AND kind IS DISTINCT FROM '${CHAIN_CONTINUED}'
				AND (transaction_id, source COLLATE "C", row_id)
					<= (transaction_before, source_before COLLATE "C", row_before) THEN 'not-in-order'
			END AS fault
		FROM beside b
	)
	SELECT jsonb_build_object(
		'count', (SELECT count(*) FROM judged),
		'faults', (SELECT count(*) FROM judged WHERE fault IS NOT NULL),
		'first', (SELECT jsonb_build_object('position', position, 'fault', fault, 'source', source, 'rowId', row_id)
			FROM judged WHERE fault IS NOT NULL ORDER BY position LIMIT 1),
		'continued', (SELECT jsonb_agg(position ORDER BY position) FROM judged WHERE kind = '${CHAIN_CONTINUED}'),
		'last', (SELECT jsonb_build_object('position', position, 'link', link, 'sealedAt', epoch_ms(sealed_at),
				'key', CASE WHEN kind = '${CHAIN_CONTINUED}' THEN '["0", "", 0]'::jsonb
					ELSE jsonb_build_array(transaction_id::text, source, row_id) END)
			FROM judged ORDER BY position DESC LIMIT 1)
	) AS batch`;

async function readUnsealed(client: Client, organizationId: string): Promise<Unsealed> {
	const of = (
		source: ChainSource
	) => `SELECT '${source}' AS source, r.id, r.at, r.transaction_id FROM ${source} r
		WHERE r.organization_id = $1 AND NOT EXISTS (SELECT FROM audit_chain c
			WHERE c.organization_id = $1 AND c.source = '${source}' AND c.row_id = r.id)`;
	const { rows } = await client.query<{
		rows: number;
		putIn: number;
		firstPutIn: Unsealed['firstPutIn'];
		since: string | null;
	}>(
		`WITH last AS (SELECT c.transaction_id, c.source, c.row_id, c.sealed_at,
				a.kind IS NOT NULL AS is_continued
				FROM audit_chain c LEFT JOIN audit_entries a ON c.source = 'audit_entries' AND a.id = c.row_id
					AND a.organization_id = c.organization_id AND a.kind = '${CHAIN_CONTINUED}'
				WHERE c.organization_id = $1 ORDER BY c.position DESC LIMIT 1),
			-- After the database was moved the numbers of transactions begin anew, and the job has yet to say so.
			end_of_order AS (SELECT * FROM last WHERE NOT is_continued
				AND transaction_id < pg_snapshot_xmax(pg_current_snapshot())),
			unsealed AS (${of('events')} UNION ALL ${of('audit_entries')}),
			put_in AS (SELECT u.source, u.id FROM unsealed u, end_of_order l
				WHERE (u.transaction_id, u.source COLLATE "C", u.id) < (l.transaction_id, l.source COLLATE "C", l.row_id))
		SELECT (SELECT count(*)::int FROM unsealed) AS rows, (SELECT count(*)::int FROM put_in) AS "putIn",
			(SELECT jsonb_build_object('source', source, 'rowId', id) FROM put_in ORDER BY source, id LIMIT 1)
				AS "firstPutIn",
			-- Rows may tell of what was long ago; the sealing goes in order, so it has had time since it sealed last.
			(SELECT epoch_ms(CASE WHEN count(*) > 0 THEN greatest(min(at), (SELECT sealed_at FROM last)) END)::text
				FROM unsealed) AS since`,
		[organizationId]
	);
	const { since, ...unsealed } = rows[0]!;
	return { ...unsealed, since: since === null ? null : Number(since) };
}

async function linksNotIn(
	client: Client,
	organizationId: string,
	links: readonly string[]
): Promise<string[]> {
	if (links.length === 0) return [];
	const { rows } = await client.query<{ link: string }>(
		`SELECT link FROM unnest($2::text[]) AS link WHERE NOT EXISTS
			(SELECT FROM audit_chain c WHERE c.organization_id = $1 AND c.link = link.link)`,
		[organizationId, links]
	);
	return rows.map(({ link }) => link);
}
