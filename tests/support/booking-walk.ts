/** The path on which a stranger books, walked in a real browser: what each page of it loads. */
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import type { Page, Request } from '@playwright/test';

export interface PageWeight {
	/** `home`, `book`, `times`, `details`, `visit` */
	page: string;
	/** JavaScript that was not loaded on a page before, as it went over the wire, and what stands in the page itself. */
	scriptBytes: number;
	/** How the files were compressed. */
	encodings: string[];
	/** Everything that was asked for, the page included. */
	requests: number;
}

const compress = promisify(brotliCompress);

/** Walks from the first page to the visit that was booked. @param page of a browser with an empty cache */
export async function walkBooking(page: Page): Promise<PageWeight[]> {
	const weights: PageWeight[] = [];
	let asked: Request[] = [];
	page.on('request', (request) => asked.push(request));
	const weigh = async (name: string, go: () => Promise<unknown>) => {
		asked = [];
		await go();
		await page.waitForLoadState('networkidle');
		weights.push({ page: name, ...(await weightOf(page, asked)) });
	};
	await weigh('home', () => page.goto('/en/fellside'));
	await weigh('book', () => page.getByRole('link', { name: 'Book a visit' }).first().click());
	await weigh('times', () => page.getByRole('link', { name: /^Consultation/ }).click());
	await weigh('details', async () => {
		await page.locator('button[name=time]').last().click();
		await page.getByText('Kept for you until').waitFor();
	});
	await page.getByLabel('First name').fill('Aleksandra');
	await page.getByLabel('Last name').fill('Byte-Counter');
	await page.getByLabel('Date of birth').fill('1990-05-17');
	await page.getByLabel('Mobile phone').fill('+48 601 222 333');
	await page.getByRole('checkbox').check();
	await weigh('visit', async () => {
		await page.getByRole('button', { name: 'Book this visit' }).click();
		await page.getByText('Your visit is booked.').waitFor();
	});
	return weights;
}

async function weightOf(page: Page, asked: readonly Request[]): Promise<Omit<PageWeight, 'page'>> {
	const scripts = asked.filter((request) => request.resourceType() === 'script');
	const encodings = new Set<string>();
	let scriptBytes = await inlineBytes(page);
	for (const script of scripts) {
		const response = await script.response();
		if (!response || response.status() !== 200) continue;
		const { responseBodySize } = await script.sizes();
		// What the browser had already costs nothing.
		if (responseBodySize <= 0) continue;
		scriptBytes += responseBodySize;
		encodings.add((await response.allHeaders())['content-encoding'] ?? 'none');
	}
	return { scriptBytes, encodings: [...encodings], requests: asked.length };
}

/** @returns bytes of the scripts that stand in the page, compressed */
async function inlineBytes(page: Page): Promise<number> {
	const text = await page.evaluate(() =>
		[...document.querySelectorAll('script:not([src]):not([type="application/ld+json"])')]
			.map(({ textContent }) => textContent)
			.join('\n')
	);
	return text === '' ? 0 : (await compress(text)).byteLength;
}
