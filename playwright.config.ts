import { defineConfig } from '@playwright/test';
import { findBrowser, findHeadlessShell } from './tests/support/browser.ts';

/** What is pushed and shown outside of the page. */
const NOTIFICATIONS = ['e2e/push.spec.ts', 'e2e/waitlist-offer.spec.ts'];

export default defineConfig({
	testDir: 'tests',
	projects: [
		{
			name: 'screens',
			testMatch: ['e2e/**/*.spec.ts', 'faults/**/*.spec.ts'],
			testIgnore: NOTIFICATIONS,
			use: { launchOptions: findHeadlessShell() }
		},
		{ name: 'notifications', testMatch: NOTIFICATIONS, use: { launchOptions: findBrowser() } }
	],
	outputDir: 'test-results/e2e',
	globalSetup: './tests/support/playwright-setup.ts',
	// Each has a running server of its own: more of them only wait for the two cores.
	workers: 2,
	fullyParallel: false,
	// Two browsers and two servers share two cores: whatever needed a second try is listed as flaky.
	retries: 1,
	forbidOnly: Boolean(process.env.CI),
	timeout: 90_000,
	expect: { timeout: 15_000 },
	use: {
		browserName: 'chromium',
		locale: 'en-GB',
		timezoneId: 'Europe/Berlin',
		// A trace of every test costs a tenth of the time: `--trace on` makes one where it is wanted.
		trace: 'off',
		screenshot: 'only-on-failure'
	}
});
