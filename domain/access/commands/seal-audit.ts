/**
 * Binds the audit's rows into one chain for each organization, after they were committed: nobody who moves a card
 * waits for it.
 *
 * The order is that of the transactions' numbers, and only rows are taken whose number is below that of every
 * transaction which is still running. PostgreSQL gives numbers in rising order, so nothing can come later with a
 * lower one: a row of a transaction that began first and commits last holds back those behind it, and none is passed
 * over. (Ids cannot do that: a lower one may be committed after a higher one was sealed.)
 */
import {
	CHAIN_SOURCES,
	linkOf,
	microseconds,
	rowHash,
	type ChainSource
} from '../../../db/audit-chain.ts';
import type { Database } from '../../../db/database.ts';
import { organizations } from '../../../db/schema/index.ts';
import { findingOrganization, inOrganization, type Transaction } from '../../../db/transaction.ts';
import { CHAIN_CONTINUED } from '../audit-entry.ts';

type Client = Transaction['$client'];

/** Rows of one transaction of ours; some 100 ms. */
const BATCH = 1_000;
/** Without statistics the planner would sort all that waits, for each batch again, instead of following the index. */
const ALONG_THE_INDEX = ['seqscan', 'bitmapscan', 'sort']
	.map((name) => `set_config('enable_${name}', 'off', true)`)
	.join(', ');
const LAST_ID = '9223372036854775807';

/** @returns every organization, for the job that seals */
export async function organizationsToSeal(database: Database): Promise<string[]> {
	const rows = await findingOrganization(database, (transaction) =>
		transaction.select({ id: organizations.id }).from(organizations)
	);
	return rows.map(({ id }) => id);
}

/**
 * Seals the next rows of one organization in one short transaction. Several servers may call it at once: one of
 * them seals, the others do nothing.
 * @param limit rows at most
 * @returns how many were sealed; 0: none is ready, or another server is at it
 */
export function sealAudit(
	database: Database,
	organizationId: string,
	limit = BATCH
): Promise<number> {
	return inOrganization(database, organizationId, async ({ $client }) => {
		const { rows } = await $client.query<{ mine: boolean }>(
			`SELECT pg_try_advisory_xact_lock(hashtextextended('audit-chain/' || $1, 0)) AS mine, ${ALONG_THE_INDEX}`,
			[organizationId]
		);
		if (!rows[0]!.mine) return 0;
		const end = await endOfChain($client, organizationId);
		const ready = end.isOfAnotherServer ? null : await pick($client, organizationId, end, limit);
		const picked = ready ?? (await pickLeftOver($client, organizationId, end, limit)) ?? [];
		if (picked.length === 0 && end.isOfAnotherServer) {
			await continueChain($client, organizationId, end);
			return 1;
		}
		await append($client, organizationId, end, picked);
		return picked.length;
	});
}

/** Where the chain ends, and from where on its next row is looked for. */
interface ChainEnd {
	position: number;
	link: string;
	after: { transactionId: string; source: ChainSource; rowId: string };
	/**
	 * The last row has a number that this server has not come to: the database was moved to a new one, whose numbers
	 * begin anew.
	 */
	isOfAnotherServer: boolean;
}

const BEFORE_ALL = { transactionId: '0', source: 'audit_entries', rowId: '0' } as const;

async function endOfChain(client: Client, organizationId: string): Promise<ChainEnd> {
	const { rows } = await client.query<
		Omit<ChainEnd, 'after'> & ChainEnd['after'] & { isContinued: boolean }
	>(
		`SELECT c.position::int, c.link, c.transaction_id AS "transactionId", c.source, c.row_id AS "rowId",
				c.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) AS "isOfAnotherServer",
				a.kind IS NOT NULL AS "isContinued"
			FROM audit_chain c
			LEFT JOIN audit_entries a ON c.source = 'audit_entries' AND a.id = c.row_id
				AND a.organization_id = c.organization_id AND a.kind = '${CHAIN_CONTINUED}'
			WHERE c.organization_id = $1 ORDER BY c.position DESC LIMIT 1`,
		[organizationId]
	);
	const [last] = rows;
	if (!last) {
		return { position: 0, link: organizationId, after: BEFORE_ALL, isOfAnotherServer: false };
	}
	const { position, link, isOfAnotherServer, isContinued, ...after } = last;
	return { position, link, isOfAnotherServer, after: isContinued ? BEFORE_ALL : after };
}

interface PickedRow {
	source: ChainSource;
	rowId: string;
	transactionId: string;
	rowHash: string;
	/** Microseconds. */
	sealedAt: string;
}

/** @returns the next rows whose place in the order is certain, or `null` when there are none */
async function pick(
	client: Client,
	organizationId: string,
	{ after }: ChainEnd,
	limit: number,
	isReady = 'r.transaction_id < (SELECT oldest FROM horizon)'
): Promise<PickedRow[] | null> {
	// `OFFSET 0` and `LIMIT 1`: looked up row by row, never by reading the whole chain.
	const next = (
		source: ChainSource,
		parameter: string
	) => `(SELECT '${source}' AS source, r.id, r.transaction_id
		FROM ${source} r LEFT JOIN LATERAL (SELECT true AS yes FROM audit_chain c
			WHERE c.organization_id = $1 AND c.source = '${source}' AND c.row_id = r.id LIMIT 1) sealed ON true
		WHERE r.organization_id = $1 AND (r.transaction_id, r.id) > ($2::xid8, ${parameter}::bigint)
			AND sealed.yes IS NULL AND ${isReady}
		ORDER BY r.transaction_id, r.id LIMIT $5)`;
	const hashed = (
		source: ChainSource
	) => `SELECT p.source, p.id AS "rowId", p.transaction_id AS "transactionId",
		${rowHash(source, 'r')} AS "rowHash", ${microseconds('now()')} AS "sealedAt", p.place
		FROM picked p JOIN ${source} r ON p.source = '${source}' AND r.id = p.id AND r.organization_id = $1`;
	const { rows } = await client.query<PickedRow>(
		`WITH horizon AS MATERIALIZED (SELECT pg_snapshot_xmin(s) AS oldest, pg_snapshot_xmax(s) AS next
				FROM pg_current_snapshot() AS s),
			picked AS MATERIALIZED (SELECT *, row_number() OVER (ORDER BY transaction_id, source COLLATE "C", id) AS place
				FROM (${next('audit_entries', '$3')} UNION ALL ${next('events', '$4')}) AS found
				ORDER BY place LIMIT $5)
			${CHAIN_SOURCES.map(hashed).join(' UNION ALL ')} ORDER BY place`,
		[
			...[organizationId, after.transactionId],
			// Of one transaction first its entries, then its events.
			after.source === 'audit_entries' ? after.rowId : LAST_ID,
			after.source === 'events' ? after.rowId : '0',
			limit
		]
	);
	return rows.length === 0 ? null : rows;
}

/** @returns rows that another server wrote and did not come to seal before the database was moved, or `null` */
async function pickLeftOver(
	client: Client,
	organizationId: string,
	end: ChainEnd,
	limit: number
): Promise<PickedRow[] | null> {
	const newest = CHAIN_SOURCES.map(
		(source) => `SELECT FROM (SELECT id, transaction_id FROM ${source} WHERE organization_id = $1
			ORDER BY transaction_id DESC, id DESC LIMIT 1) r
		WHERE r.transaction_id >= pg_snapshot_xmax(pg_current_snapshot()) AND NOT EXISTS (SELECT FROM audit_chain c
			WHERE c.organization_id = $1 AND c.source = '${source}' AND c.row_id = r.id)`
	);
	const { rowCount } = await client.query(newest.join(' UNION ALL '), [organizationId]);
	// What can be seen and has such a number was not written here; whoever wrote it is done.
	return rowCount
		? pick(client, organizationId, end, limit, 'r.transaction_id >= (SELECT next FROM horizon)')
		: null;
}

/** Puts a mark into the chain after which the numbers of transactions begin anew; the verification tells of it. */
async function continueChain(client: Client, organizationId: string, end: ChainEnd): Promise<void> {
	const { rows } = await client.query<PickedRow>(
		`WITH mark AS (INSERT INTO audit_entries (organization_id, kind, detail)
				VALUES ($1, '${CHAIN_CONTINUED}', jsonb_build_object('lastTransactionId', $2::text)) RETURNING *)
			SELECT 'audit_entries' AS source, r.id AS "rowId", r.transaction_id AS "transactionId",
				${rowHash('audit_entries', 'r')} AS "rowHash", ${microseconds('now()')} AS "sealedAt" FROM mark r`,
		[organizationId, end.after.transactionId]
	);
	await append(client, organizationId, end, rows);
}

async function append(
	client: Client,
	organizationId: string,
	end: ChainEnd,
	picked: readonly PickedRow[]
): Promise<void> {
	if (picked.length === 0) return;
	let { link } = end;
	const links = picked.map((row, i) => {
		link = linkOf(link, { ...row, position: end.position + 1 + i });
		return link;
	});
	await client.query(
		`INSERT INTO audit_chain (organization_id, position, source, row_id, transaction_id, row_hash, link, sealed_at)
			SELECT $1, $2::bigint + place, source, row_id, transaction_id, row_hash, link, now()
			FROM unnest($3::text[], $4::bigint[], $5::xid8[], $6::text[], $7::text[])
				WITH ORDINALITY AS r (source, row_id, transaction_id, row_hash, link, place)`,
		[
			...[organizationId, end.position],
			picked.map(({ source }) => source),
			picked.map(({ rowId }) => rowId),
			picked.map(({ transactionId }) => transactionId),
			...[picked.map((row) => row.rowHash), links]
		]
	);
}
