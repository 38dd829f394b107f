/** (b) From a drop to the boards of 50 and 200 windows, beside a bare broadcast of the same row by y-websocket. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { documentName, INTENTS_MAP, type AppointmentRow } from '#domain/board/documents.ts';
import type { IntentOf } from '#domain/scheduling/intents.ts';
import type { Verdict } from '#domain/scheduling/verdict.ts';
import { CHECKOUT } from '../support/build.ts';
import { freePort, startDayboard } from '../support/dayboard.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { until } from '../support/until.ts';
import { benchClinic, DATE, DOCTORS, OPENS, sessionsFor, VISIT_MINUTES } from './bench-clinic.ts';
import { ms, quantile, type Figure } from './measure.ts';

const WARM_UP = 5;
const LIMIT_MS = 10_000;

/** Notes when each window shows a row as it should be. */
class Watch {
	private resolve = () => {};
	private left = new Set<number>();
	private began = 0;
	private times: number[] = [];
	private wanted: { id: string; startsAt: number } | null = null;
	private readonly count: number;

	constructor(count: number) {
		this.count = count;
	}

	/** Follows one window's rows. */
	follow(window: number, rows: Y.Map<unknown>): void {
		rows.observe((event) => {
			const { wanted } = this;
			if (!wanted || !event.keysChanged.has(wanted.id)) return;
			const row = rows.get(wanted.id) as AppointmentRow;
			if (row.startsAt !== wanted.startsAt || !this.left.delete(window)) return;
			this.times.push(performance.now() - this.began);
			if (this.left.size === 0) this.resolve();
		});
	}

	/** @returns how long each window took to show what `act` causes, in milliseconds */
	async time(wanted: { id: string; startsAt: number }, act: () => void): Promise<number[]> {
		this.left = new Set(Array.from({ length: this.count }, (_, window) => window));
		this.times = [];
		this.wanted = wanted;
		const all = new Promise<void>((resolve) => (this.resolve = resolve));
		this.began = performance.now();
		act();
		await Promise.race([all, delay(LIMIT_MS, null, { ref: false })]);
		if (this.left.size > 0) throw new Error(`${this.left.size} windows do not show the change`);
		return this.times;
	}
}

/** One arm of the comparison: makes a row change, and says how long each window took to show it. */
interface Arm {
	/** Visits as the windows show them at the beginning. */
	rows: Record<string, AppointmentRow>;
	move(id: string, startsAt: number): Promise<number[]>;
	close(): void | Promise<void>;
}

async function dayboardArm(
	host: string,
	clinicId: string,
	people: { actor: { userId: string }; token: string }[],
	windows: number
): Promise<Arm> {
	const watch = new Watch(windows);
	const clients: Client[] = [];
	const connect = (person: { token: string }) => {
		const client = new Client(host, honestHeaders(host, person.token));
		clients.push(client);
		return client;
	};
	for (let window = 0; window < windows; window++) {
		const board = await connect(people[window % people.length]!).openBoard(clinicId, DATE);
		watch.follow(window, board.document.getMap('appointments'));
	}
	const author = people[0]!;
	const writer = connect(author);
	const { userId } = author.actor;
	const desk = await writer.mustOpen(
		documentName({ kind: 'desk', userId, deviceId: crypto.randomUUID() })
	);
	const board = await writer.openBoard(clinicId, DATE);
	const rows = board.document.getMap<AppointmentRow>('appointments');
	desk.on('stateless', ({ payload }: { payload: string }) => {
		const { verdict } = JSON.parse(payload) as { verdict: Verdict };
		if (verdict.outcome === 'refused') throw new Error(JSON.stringify(verdict));
		desk.document.getMap(INTENTS_MAP).delete(verdict.intentId);
	});
	return {
		rows: rows.toJSON(),
		async move(id, startsAt) {
			await until(() => desk.document.getMap(INTENTS_MAP).size === 0, 'the verdict before');
			const intent: IntentOf<'move'> = {
				...{ id: crypto.randomUUID(), kind: 'move', appointmentId: id, madeAt: Date.now() },
				...{ basedOnRevision: rows.get(id)!.revision, changes: { startsAt } }
			};
			return watch.time({ id, startsAt }, () =>
				desk.document.getMap(INTENTS_MAP).set(intent.id, intent)
			);
		},
		close() {
			for (const client of clients) client.close();
		}
	};
}

async function bareArm(rows: Record<string, AppointmentRow>, windows: number): Promise<Arm> {
	const port = await freePort();
	const script = path.join(CHECKOUT, 'node_modules/@y/websocket-server/src/server.js');
	const server: ChildProcess = spawn(process.execPath, [script], {
		env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) },
		stdio: 'ignore'
	});
	await until(
		() => fetch(`http://127.0.0.1:${port}`).then(({ ok }) => ok),
		'the y-websocket server'
	);
	const watch = new Watch(windows);
	// Each of them listens for the end of the process, and there are many.
	process.setMaxListeners(windows + 50);
	const providers: WebsocketProvider[] = [];
	const connect = async () => {
		const provider = new WebsocketProvider(`ws://127.0.0.1:${port}`, 'board', new Y.Doc(), {
			WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
			disableBc: true
		});
		providers.push(provider);
		await until(() => provider.synced, 'a window to be synced');
		return provider.doc.getMap('appointments');
	};
	const writer = await connect();
	writer.doc!.transact(() => {
		for (const [id, row] of Object.entries(rows)) writer.set(id, row);
	});
	for (let window = 0; window < windows; window++) watch.follow(window, await connect());
	return {
		rows,
		move: (id, startsAt) =>
			watch.time({ id, startsAt }, () => writer.set(id, { ...rows[id], startsAt })),
		close() {
			for (const provider of providers) {
				provider.destroy();
				provider.doc.destroy();
				provider.awareness.destroy();
			}
			server.kill();
		}
	};
}

export async function benchBroadcast({ sample }: { sample: boolean }): Promise<Figure[]> {
	const fresh = await freshDatabase();
	const clinic = await benchClinic(fresh.database, true);
	const dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
	const host = `localhost:${dayboard.port}`;
	const figures: Figure[] = [];
	try {
		for (const windows of sample ? [20] : [50, 200]) {
			const people = await sessionsFor(fresh.database, clinic, windows + 1);
			const own = await dayboardArm(host, clinic.clinicId, people, windows);
			const bare = await bareArm(own.rows, windows);
			const [ownTimes, bareTimes]: [number[], number[]] = [[], []];
			const rounds = sample ? 10 : 60;
			for (let round = 0; round < rounds + WARM_UP; round++) {
				// The last visit of one doctor after the other goes into the free end of the day, and back.
				const visits = clinic.visits[round % DOCTORS]!;
				const id = visits[visits.length - 1]!;
				const place = 20 + (Math.floor(round / DOCTORS) % 2) * 3 + (windows === 200 ? 1 : 0);
				const startsAt = OPENS + (place + 1) * VISIT_MINUTES * 60_000;
				const times = [await own.move(id, startsAt), await bare.move(id, startsAt)] as const;
				if (round >= WARM_UP) {
					ownTimes.push(...times[0]);
					bareTimes.push(...times[1]);
				}
				// What the round left behind, acknowledgements and collected garbage, is not the next one's.
				await delay(20);
			}
			await own.close();
			await bare.close();
			for (const share of [0.5, 0.95]) {
				const [measured, limit] = [quantile(ownTimes, share), quantile(bareTimes, share)];
				figures.push({
					what: `(b) drop to seen by ${windows} boards, p${share * 100}`,
					measured: ms(measured),
					limit: `${ms(limit)} bare broadcast of the same row by y-websocket`,
					...{ ratio: measured / limit, aim: 'at most 3', met: measured / limit <= 3 }
				});
			}
		}
		return figures;
	} finally {
		await dayboard.close();
		await fresh.drop();
	}
}
