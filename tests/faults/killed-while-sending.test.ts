import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '#db/demo/random.ts';
import { newVapidKeys } from '#db/push/vapid-keys.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';
import { sendingClinic, startCounterparts, type Counterparts } from './sending-clinic.ts';

const MESSAGES = 500;
/** While it plans, and three times while it sends. */
const KILLS = 4;
/** `npm run faults` runs five of these, `npm test` one. */
const ROUNDS = Math.ceil(Number(process.env.DAYBOARD_ROUNDS ?? 200) / 200);
const SEED = process.env.DAYBOARD_SEED ?? String(Date.now());
/** Providers take their time; milliseconds. */
const SLOWEST_ANSWER_MS = 40;
const SETTLED_LIMIT_MS = 600_000;

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
}, 240_000);
afterAll(async () => {
	await dayboard?.close();
	await counterparts?.close();
	await owner?.end();
	await fresh?.drop();
});

it(
	`killed ${KILLS} times while ${MESSAGES} messages are sent, ${ROUNDS} rounds (seed "${SEED}"): each patient is told once`,
	{ timeout: 60_000 + ROUNDS * SETTLED_LIMIT_MS },
	async () => {
		const random = createRandom(SEED);
		const sum = { twicePushed: 0, doubtfulMails: 0, lostMails: 0, kills: 0 };
		const waits: number[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			const from = round * MESSAGES;
			const clinic = await sendingClinic(fresh.database, owner, counterparts, {
				...{ from, count: MESSAGES, keys }
			});
			let taken = 0;
			let lastTaken = 0;
			let killed = Promise.withResolvers<void>();
			const moments = Array.from({ length: KILLS - 1 }, () => random.whole(1, MESSAGES - 1));
			const killAt = new Set(moments);
			let isDying = false;
			counterparts.onTaken(async () => {
				const place = ++taken;
				lastTaken = Date.now();
				if (waitingFor) {
					waits.push(Date.now() - waitingFor);
					waitingFor = 0;
				}
				// It dies before it hears the answer, or a moment after.
				await delay(random.whole(0, SLOWEST_ANSWER_MS));
				if (isDying || !killAt.has(place)) return;
				isDying = true;
				await dayboard.kill();
				killed.resolve();
			});
			let waitingFor = 0;
			const again = async () => {
				sum.kills++;
				const before = Date.now();
				killed = Promise.withResolvers<void>();
				await dayboard.restart();
				console.log(`killed after ${taken}, again in ${Date.now() - before} ms`);
				isDying = false;
				waitingFor = Date.now();
			};
			await clinic.book();
			await until(
				async () =>
					(await owner.query(`SELECT FROM pgboss.job WHERE name = 'plan-messages' AND state = 'active'`))
						.rowCount! > 0,
				'planning',
				60_000
			);
			await dayboard.kill();
			await again();
			for (const _ of killAt) {
				void _;
				await killed.promise;
				await again();
			}
			const began = Date.now();
			await until(() => clinic.isSettled(), 'all are settled', SETTLED_LIMIT_MS);
			console.log(`settled ${Date.now() - began} ms after the last start, last ${lastTaken - began}`);
			const told = await clinic.told();
			console.log(Map.groupBy(told, (t) => JSON.stringify([t.way, t.state, t.outcomes, t.responses.map(r=>r?.replace(/id <.*|queued as.*/,'')) , t.taken, t.seen])).entries().map(([k, v]) => k + ' ' + v.length).toArray());
			expect(told.filter(({ seen }) => seen > 1)).toEqual([]);
		}
		console.log(sum, waits);
		console.log(dayboard.output());
	}
);
