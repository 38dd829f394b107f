import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom, type Random } from '#db/demo/random.ts';
import { newVapidKeys } from '#db/push/vapid-keys.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';
import {
	sendingClinic,
	startCounterparts,
	type Counterparts,
	type SendingClinic,
	type ToldPatient
} from './sending-clinic.ts';

const MESSAGES = 500;
/** Beside one while it plans. */
const KILLS_WHILE_SENDING = 3;
/** `npm test` runs one, `npm run faults` five. */
const ROUNDS = Math.ceil(Number(process.env.DAYBOARD_ROUNDS ?? 200) / 200);
const SEED = process.env.DAYBOARD_SEED ?? 'killed';
/** Providers take their time; milliseconds. */
const SLOWEST_ANSWER_MS = 40;
/** Far more than the 20 seconds or so that it takes on an idle machine. */
const SETTLED_LIMIT_MS = 120_000;
/** Mails that one process gives away at the same moment (channels/email.ts). */
const MAIL_CONNECTIONS = 8;

let fresh: FreshDatabase;
let owner: pg.Client;
let counterparts: Counterparts;
let dayboard: RunningDayboard;
const keys = newVapidKeys();
beforeAll(async () => {
	fresh = await freshDatabase();
	owner = new pg.Client(fresh.ownerUrl);
	await owner.connect();
	counterparts = await startCounterparts(keys);
	const { env } = counterparts;
	dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url, env });
}, 420_000);
afterAll(async () => {
	await dayboard?.close();
	await counterparts?.close();
	await owner?.end();
	await fresh?.drop();
});

/** How long after it was started a server sent the first message, and until all were settled; milliseconds. */
const waits = { first: [] as number[], settled: [] as number[] };

/** While messages were sent. */
let kills = 0;

/** Kills while visits are planned and while messages are sent, and starts again each time. Resolves when all is settled. */
async function sendUnderFire(clinic: SendingClinic, random: Random): Promise<void> {
	const moments = Array.from({ length: KILLS_WHILE_SENDING }, () => random.whole(1, MESSAGES - 1));
	moments.sort((a, b) => a - b);
	let taken = 0;
	let startedAt = 0;
	const life = { death: null as Promise<void> | null };
	counterparts.onTaken(async () => {
		const count = ++taken;
		if (startedAt > 0) waits.first.push(Date.now() - startedAt);
		startedAt = 0;
		// It dies before it hears the answer, or a moment after.
		await delay(random.whole(0, SLOWEST_ANSWER_MS));
		if (life.death || moments.length === 0 || count < moments[0]!) return;
		moments.shift();
		kills++;
		life.death = dayboard.kill();
	});
	async function startAgain(): Promise<void> {
		await life.death;
		life.death = null;
		startedAt = Date.now();
		// It sends before all of it stands, and may be killed by then.
		await dayboard.restart().catch((fault: unknown) => {
			if (!life.death) throw fault;
		});
	}

	await clinic.book();
	await until(() => clinic.isBeingPlanned(), 'a worker has visits in hand');
	life.death = dayboard.kill();
	for (;;) {
		const lastStart = Date.now();
		await startAgain();
		const isOver = async () => life.death !== null || (await clinic.isSettled());
		await until(isOver, 'all is settled', SETTLED_LIMIT_MS);
		if (life.death !== null) continue;
		waits.settled.push(Date.now() - lastStart);
		return;
	}
}

/** A mail that was cut off between the note that its end may arrive and the one that it was given away. */
const isNarrow = ({ way, outcomes }: ToldPatient) =>
	way === 'email' && outcomes.join() === 'failed-for-now,sent';

it(
	`killed ${1 + KILLS_WHILE_SENDING} times while ${MESSAGES} messages are sent, ${ROUNDS} rounds (seed "${SEED}"): each comes once, but for the narrow case of mails`,
	{ timeout: 120_000 + ROUNDS * 2 * SETTLED_LIMIT_MS },
	async () => {
		const random = createRandom(SEED);
		const counted = { mails: 0, narrow: 0, cameTwice: 0, pushedTwice: 0 };
		for (let round = 0; round < ROUNDS; round++) {
			const clinic = await sendingClinic(fresh.database, owner, counterparts, {
				...{ from: round * MESSAGES, count: MESSAGES, keys }
			});
			await sendUnderFire(clinic, random);
			const told = await clinic.told();

			expect(told.filter(({ seen }) => seen === 0)).toEqual([]);
			const twice = told.filter(({ seen }) => seen > 1);
			expect(twice.filter((one) => !isNarrow(one) || one.seen > 2)).toEqual([]);
			expect(twice.length).toBeLessThanOrEqual(MAIL_CONNECTIONS * KILLS_WHILE_SENDING);
			// What the database says is what came.
			expect(
				told.filter(({ state, outcomes }) => state !== 'sent' || outcomes.at(-1) !== 'sent')
			).toEqual([]);
			expect(told.filter(({ outcomes }) => outcomes.includes('sending'))).toEqual([]);

			counted.mails += told.filter(({ way }) => way === 'email').length;
			counted.narrow += told.filter(isNarrow).length;
			counted.cameTwice += twice.length;
			counted.pushedTwice += told.filter(({ way, taken }) => way === 'push' && taken > 1).length;
		}
		// Printed: the narrow case is measured.
		// eslint-disable-next-line no-console
		console.log(
			`${kills} kills while sending: of ${counted.mails} mails ${counted.narrow} were cut off in the narrow case and sent again, of which ${counted.cameTwice} came twice; ${counted.pushedTwice} pushes were sent twice and shown once. First message ${waits.first.join(', ')} ms after a start, all settled ${waits.settled.join(', ')} ms after the last.`
		);
	}
);
