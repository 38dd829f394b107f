/** How much JavaScript the public booking path costs: sizes, so no other program's work changes them. */
import { walkBooking } from '../support/booking-walk.ts';
import { expect, PHONE, test } from './fixtures.ts';

const MOST_BYTES = 90_000;

test('the way to a booked visit loads at most 90 KB of JavaScript, compressed', async ({
	browser,
	dayboard
}) => {
	const context = await browser.newContext({ ...PHONE, baseURL: dayboard.url });
	const weights = await walkBooking(await context.newPage());
	await context.close();
	const sum = weights.reduce((bytes, { scriptBytes }) => bytes + scriptBytes, 0);
	// Printed: a failure should say which page grew.
	// eslint-disable-next-line no-console
	console.log(
		weights.map(({ page, scriptBytes }) => `${page} ${scriptBytes}`).join(', '),
		`together ${sum} bytes`
	);
	// Files that a browser gets uncompressed would be counted as what they are: say so.
	expect(weights.flatMap(({ encodings }) => encodings).filter((one) => one === 'none')).toEqual([]);
	expect(sum).toBeLessThanOrEqual(MOST_BYTES);
	// Something is measured at all: these two have scripts, for the countdown and for leaving.
	expect(weights.find(({ page }) => page === 'details')!.scriptBytes).toBeGreaterThan(1_000);
});
