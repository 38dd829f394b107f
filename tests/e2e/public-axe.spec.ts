/** axe on every public page: all of the sitemap and each step of booking, and one page of each kind in Polish. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, PHONE, test } from './fixtures.ts';

/** WCAG 2.2 AA and what it builds on. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @returns what axe finds, with the page on which it did */
async function faultsOn(page: Page): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
	const { pathname } = new URL(page.url());
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html }) => `${pathname}: ${id}: ${html.slice(0, 160)}`)
	);
}

/** @returns the first of each kind: of all clinics one, of all doctors one */
function onePerKind(paths: readonly string[]): string[] {
	const kindOf = (path: string) => {
		const [, , , kind, one] = path.split('/');
		return `${kind} ${one === undefined ? 'all' : 'one'}`;
	};
	return [...new Map(paths.toReversed().map((path) => [kindOf(path), path])).values()];
}

/** The words of the booking path. */
const WORDS = {
	en: {
		service: /^Consultation/,
		given: 'First name',
		family: 'Last name',
		born: 'Date of birth',
		phone: 'Mobile phone',
		book: 'Book this visit',
		send: 'Send'
	},
	pl: {
		service: /^Konsultacja/,
		given: 'Imię',
		family: 'Nazwisko',
		born: 'Data urodzenia',
		phone: 'Telefon komórkowy',
		book: 'Umów tę wizytę',
		send: 'Wyślij'
	}
} as const;

for (const [lang, colorScheme, device] of [
	['en', 'light', PHONE],
	['pl', 'dark', {}]
] as const) {
	test(`axe finds nothing on any public page, ${lang}, ${colorScheme}`, async ({
		browser,
		dayboard
	}) => {
		test.slow();
		const context = await browser.newContext({ ...device, colorScheme, baseURL: dayboard.url });
		const page = await context.newPage();
		const faults: string[] = [];
		const look = async () => void faults.push(...(await faultsOn(page)));

		const map = await (await context.request.get('/sitemap.xml')).text();
		const pages = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)]
			.map(([, address]) => new URL(address!).pathname)
			.filter((path) => path.startsWith(`/${lang}/`));
		for (const kind of ['clinics', 'clinics/', 'doctors', 'doctors/', 'services', 'contact']) {
			expect(pages.some((path) => path.includes(`/fellside/${kind}`))).toBe(true);
		}
		// The other language changes the words of a page and nothing of how it is made: one of each kind is enough.
		const looked = lang === 'en' ? pages : onePerKind(pages);
		for (const path of [...looked, `/${lang}/fellside/contact?sent`]) {
			await page.goto(path);
			await look();
		}
		const words = WORDS[lang];
		await page.goto(`/${lang}/fellside/contact`);
		await page.locator('form[action*=send]').evaluate((form) => {
			(form as HTMLFormElement).noValidate = true;
		});
		await page.getByRole('button', { name: words.send }).click();
		await expect(page.locator('#message-fault')).toBeVisible();
		await look();

		await page.goto(`/${lang}/fellside/book`);
		await look();
		await page.getByRole('link', { name: words.service }).click();
		await expect(page.locator('button[name=time]').first()).toBeVisible();
		await look();
		await page.locator('button[name=time]').last().click();
		const book = page.getByRole('button', { name: words.book });
		await expect(book).toBeVisible();
		await look();
		await page.locator('form[action*=book]').evaluate((form) => {
			(form as HTMLFormElement).noValidate = true;
		});
		await book.click();
		await expect(page.locator('#familyName-fault')).toBeVisible();
		await look();
		await page.getByLabel(words.given, { exact: true }).fill('Łucja');
		await page.getByLabel(words.family, { exact: true }).fill(`Axe-${lang}`);
		await page.getByLabel(words.born, { exact: true }).fill('1991-11-05');
		await page.getByLabel(words.phone, { exact: true }).fill('+48 602 300 400');
		await page.getByRole('checkbox').check();
		await book.click();
		await page.waitForURL(/\/visit\//);
		await look();
		await page.locator('summary').click();
		await look();
		await page.goto(`${page.url().split('?')[0]}/times`);
		await look();
		expect(faults).toEqual([]);
		await context.close();
	});
}
