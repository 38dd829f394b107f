/**
 * How others see that a process died: it holds a number as long as it lives. PostgreSQL lets go of the number when the
 * connection ends, which a process that is killed cannot prevent and no clock has a part in.
 */
import { randomInt } from 'node:crypto';
import pg from 'pg';
import { poolOf } from './pool.ts';

/** The class of these advisory locks; the lock's second number is the one that is held. */
const HOLDING_CLASS = 4_120_255;
const LAST_NUMBER = 2 ** 31 - 1;

export interface Holding {
	/** What this process writes beside the work that it has in hand. */
	readonly number: number;
	/** `false`: the connection was lost, and others may take what is in hand for left behind. */
	readonly isHeld: boolean;
}

interface Held extends Holding {
	letGo(): Promise<void>;
}

const held = new WeakMap<object, Promise<Held>>();

/** @returns the number of this process on a database, a new one where the last was lost; throws where there is none to be had */
export async function holdingOf(database: object): Promise<Holding> {
	const known = held.get(database);
	if (known && (await known.catch(() => null))?.isHeld) return known;
	// Somebody else may have asked meanwhile.
	if (held.get(database) === known) held.set(database, hold(database));
	return held.get(database)!;
}

/** Called when a database is closed. */
export async function letGo(database: object): Promise<void> {
	const known = held.get(database);
	held.delete(database);
	await known?.then(
		(one) => one.letGo(),
		() => {}
	);
}

async function hold(database: object): Promise<Held> {
	const { connectionString, options } = poolOf(database).options;
	const client = new pg.Client({ connectionString, options, keepAlive: true });
	let isHeld = true;
	// 'end' follows.
	client.on('error', () => {});
	client.once('end', () => (isHeld = false));
	await client.connect();
	const number = await takeNumber(client).catch(async (fault: unknown) => {
		await client.end().catch(() => {});
		throw fault;
	});
	return {
		number,
		get isHeld() {
			return isHeld;
		},
		letGo: () => client.end()
	};
}

async function takeNumber(client: pg.Client): Promise<number> {
	for (;;) {
		const number = randomInt(1, LAST_NUMBER);
		const { rows } = await client.query<{ taken: boolean }>(
			'SELECT pg_try_advisory_lock($1, $2) AS taken',
			[HOLDING_CLASS, number]
		);
		if (rows[0]!.taken) return number;
	}
}

/** A query for the numbers that are held now, one in each row as `number`. */
export const HELD_NUMBERS = `SELECT l.objid::bigint AS number FROM pg_locks l
	WHERE l.locktype = 'advisory' AND l.classid = ${HOLDING_CLASS} AND l.objsubid = 2 AND l.granted
		AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())`;
