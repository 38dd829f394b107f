/** (p) What the public site costs a patient: scripts on the way to a booked visit, and the first page. */
import { chromium } from '@playwright/test';
import { findBrowser } from '../support/browser.ts';
import { walkBooking } from '../support/booking-walk.ts';
import { startDayboard } from '../support/dayboard.ts';
import { median, ms, type Figure } from './measure.ts';

const MOST_SCRIPT_BYTES = 90_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const kB = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`;

/** @returns milliseconds from asking to the first byte of the answer, the connection being there */
async function timeToFirstByte(address: string): Promise<number> {
	const began = performance.now();
	const answer = await fetch(address);
	const reader = answer.body!.getReader();
	await reader.read();
	const took = performance.now() - began;
	await reader.cancel();
	return took;
}

export async function benchPublicSite({ sample }: { sample: boolean }): Promise<Figure[]> {
	const dayboard = await startDayboard({ scale: 'small' });
	const browser = await chromium.launch(findBrowser());
	try {
		const context = await browser.newContext({ ...PHONE, baseURL: dayboard.url });
		const weights = await walkBooking(await context.newPage());
		await context.close();
		const sum = weights.reduce((bytes, { scriptBytes }) => bytes + scriptBytes, 0);
		const encodings = new Set(weights.flatMap((weight) => weight.encodings));

		const home = `${dayboard.url}/en/fellside`;
		const bytes = (await (await fetch(home)).arrayBuffer()).byteLength;
		const rounds = sample ? 10 : 200;
		const [pages, files]: [number[], number[]] = [[], []];
		// In turn, so that both meet the same machine.
		for (let round = 0; round < rounds; round++) {
			pages.push(await timeToFirstByte(home));
			files.push(await timeToFirstByte(`${dayboard.url}/icon.svg`));
		}
		return [
			{
				what: `(p) JavaScript on the way to a booked visit, ${[...encodings].join(' and ')}: ${weights.map(({ page, scriptBytes }) => `${page} ${kB(scriptBytes)}`).join(', ')}`,
				measured: kB(sum),
				limit: 'none: a size',
				...{ ratio: null, aim: `at most ${kB(MOST_SCRIPT_BYTES)}`, met: sum <= MOST_SCRIPT_BYTES }
			},
			{
				what: '(p) the first page: HTML before compression, requests with a cold cache',
				measured: `${kB(bytes)}, ${weights[0]!.requests} requests`,
				limit: 'none: a size',
				...{ ratio: null, aim: 'none set', met: true }
			},
			{
				what: `(p) the first page, time to its first byte, median of ${rounds}`,
				measured: ms(median(pages)),
				limit: `${ms(median(files))} a small file from the same server`,
				...{ ratio: median(pages) / median(files), aim: 'none set', met: true }
			}
		];
	} finally {
		await browser.close();
		await dayboard.close();
	}
}
