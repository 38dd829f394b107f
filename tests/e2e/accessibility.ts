/** What axe finds on a page. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const CONTRAST = ['color-contrast'];

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];

/**
 * @param within - selector of the only part to look at; left out: all of the page
 * @returns each finding with the page and the beginning of the element that it is about; none: a page without faults
 */
export async function findings(page: Page, within?: string): Promise<string[]> {
	return told(page, (await axeOn(page, within).analyze()).violations);
}

/**
 * The same, and the page's colours once more in the dark. All else that axe looks at, names and roles and order, is
 * the same there, so that nobody needs to go the same way twice.
 */
export async function findingsInBothThemes(page: Page): Promise<string[]> {
	const found = await findings(page);
	await page.emulateMedia({ colorScheme: 'dark' });
	// Colours that are still on their way are none that anybody reads by.
	await page.evaluate(() => Promise.allSettled(document.getAnimations().map((it) => it.finished)));
	const { violations } = await axeOn(page).withRules(CONTRAST).analyze();
	await page.emulateMedia({ colorScheme: 'light' });
	return [...found, ...told(page, violations).map((finding) => `in the dark: ${finding}`)];
}

function axeOn(page: Page, within?: string): AxeBuilder {
	const axe = new AxeBuilder({ page });
	return within ? axe.include(within) : axe;
}

function told(page: Page, violations: Violations): string[] {
	const { pathname } = new URL(page.url());
	return violations.flatMap(({ id, nodes }) =>
		nodes.map(({ html }) => `${pathname}: ${id}: ${html.slice(0, 160)}`)
	);
}
