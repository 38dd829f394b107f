/** (c) The first load of a board of 400 visits, and (d) its frames while a card is dragged, in a real browser. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { chromium, type Page } from '@playwright/test';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { documentName } from '#domain/board/documents.ts';
import { readBoard } from '#domain/board/queries.ts';
import { findBrowser } from '../support/browser.ts';
import { startDayboard } from '../support/dayboard.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { freshDatabase } from '../support/test-postgres.ts';
import { benchClinic, DATE, DOCTORS, sessionsFor, type BenchClinic } from './bench-clinic.ts';
import { median, ms, quantile, type Figure } from './measure.ts';

const SLOWEST_FRAME_MS = 50;

declare global {
	interface Window {
		firstCardAt?: number;
		frameTimes?: number[];
	}
}

/** @returns bytes that come over the socket until board and people are there, the upgrade's answer included */
async function bytesOfFirstLoad(host: string, token: string, clinicId: string): Promise<number> {
	const client = new Client(host, honestHeaders(host, token));
	const board = await client.openBoard(clinicId, DATE);
	const epoch = board.configuration.name.split('/').at(-1)!;
	const place = { clinicId, date: DATE, epoch, practitionerId: null };
	await client.mustOpen(documentName({ kind: 'people', ...place }));
	const { _socket } = client.websocket.webSocket as unknown as { _socket: { bytesRead: number } };
	client.close();
	return _socket.bytesRead;
}

async function openBoard(page: Page, clinic: BenchClinic): Promise<void> {
	await page.goto(`/board/${clinic.clinicId}/${DATE}`);
	await page.locator('[data-appointment-id]').nth(399).waitFor();
}

/** @returns milliseconds from the navigation to the first card, and to the same as JSON asked for by a script */
async function timeFirstLoad(page: Page, clinic: BenchClinic): Promise<[number, number]> {
	await openBoard(page, clinic);
	const firstCard = await page.evaluate(() => window.firstCardAt!);
	const json = await page.evaluate(async (address) => {
		const began = performance.now();
		await (await fetch(address)).json();
		return performance.now() - began;
	}, `/api/v1/clinics/${clinic.clinicId}/boards/${DATE}`);
	return [firstCard, json];
}

/** Collects the time between frames while something is done. */
async function framesWhile(page: Page, act: () => Promise<void>): Promise<number[]> {
	await page.evaluate(() => {
		window.frameTimes = [];
		let last = performance.now();
		const frame = (now: number) => {
			window.frameTimes?.push(now - last);
			last = now;
			if (window.frameTimes) requestAnimationFrame(frame);
		};
		requestAnimationFrame(frame);
	});
	await act();
	return page.evaluate(() => {
		const frames = window.frameTimes!;
		delete window.frameTimes;
		return frames.slice(2);
	});
}

async function dragAround(page: Page, appointmentId: string, moves: number): Promise<void> {
	const box = (await page.locator(`[data-appointment-id="${appointmentId}"]`).boundingBox())!;
	await page.mouse.move(box.x + 30, box.y + 6);
	await page.mouse.down();
	for (let i = 1; i <= moves; i++) {
		// Across all columns and back, and up and down, as a hand that looks for a place.
		const x = 300 + 1_100 * (0.5 + 0.5 * Math.sin(i / 25));
		const y = 420 + 250 * Math.sin(i / 9);
		await page.mouse.move(x, y);
	}
	await page.keyboard.press('Escape');
	await page.mouse.up();
}

export async function benchScreen({ sample }: { sample: boolean }): Promise<Figure[]> {
	const fresh = await freshDatabase();
	const clinic = await benchClinic(fresh.database, true);
	const [person] = await sessionsFor(fresh.database, clinic, 1);
	const dayboard = await startDayboard({ scale: 'none', databaseUrl: fresh.url });
	const browser = await chromium.launch(findBrowser());
	try {
		const read = (await readBoard(fresh.database, { ...clinic, date: DATE }))!;
		const packed = await promisify(gzip)(JSON.stringify(read));
		const wire = await bytesOfFirstLoad(
			`localhost:${dayboard.port}`,
			person!.token,
			clinic.clinicId
		);

		const context = await browser.newContext({
			baseURL: dayboard.url,
			viewport: { width: 1440, height: 900 }
		});
		await context.addCookies([{ name: SESSION_COOKIE, value: person!.token, url: dayboard.url }]);
		await context.addInitScript(() => {
			new MutationObserver((_, observer) => {
				if (!document.querySelector('[data-appointment-id]')) return;
				window.firstCardAt = performance.now();
				observer.disconnect();
			}).observe(document, { childList: true, subtree: true });
		});
		const page = await context.newPage();
		const loads: [number, number][] = [];
		for (let i = 0; i < (sample ? 3 : 11); i++) loads.push(await timeFirstLoad(page, clinic));
		const [firstCard, json] = [0, 1].map((i) => median(loads.map((load) => load[i]!)));

		const moves = sample ? 60 : 400;
		const drag = () => dragAround(page, clinic.visits[1]![4]!, moves);
		await drag();
		const held = await framesWhile(page, drag);
		const idle = await framesWhile(page, () => page.waitForTimeout(sample ? 500 : 2_000));
		const ratio = wire / packed.byteLength;
		const slowest = Math.max(...held);
		return [
			{
				what: '(c) first load of 400 visits and their patients, bytes on the wire',
				measured: `${wire} B`,
				limit: `${packed.byteLength} B the same as JSON, gzipped`,
				...{ ratio, aim: 'at most 1.5', met: ratio <= 1.5 }
			},
			{
				what: '(c) from the address to the first card, everything cached but the data',
				measured: ms(firstCard!),
				limit: `${ms(json!)} to fetch and parse the same board as JSON, no page around it`,
				...{ ratio: firstCard! / json!, aim: 'none set', met: true }
			},
			{
				what: `(d) frames while a card is dragged over ${DOCTORS} columns with 400 cards: p50, p95, slowest`,
				measured: [quantile(held, 0.5), quantile(held, 0.95), slowest].map(ms).join(', '),
				limit: `${[quantile(idle, 0.5), quantile(idle, 0.95), Math.max(...idle)].map(ms).join(', ')} with the board at rest`,
				...{ ratio: null, aim: 'none over 50 ms', met: slowest <= SLOWEST_FRAME_MS }
			}
		];
	} finally {
		await browser.close();
		await dayboard.close();
		await fresh.drop();
	}
}
