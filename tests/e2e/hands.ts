/** Hands on the board: where an instant lies on the screen, and moving cards there by mouse, finger and keyboard. */
import type { CDPSession, Page } from '@playwright/test';
import { card, dropTarget, expect } from './fixtures.ts';

/** At the default zoom five minutes are eight pixels. */
const PIXELS_PER_MS = 8 / (5 * 60_000);

export interface Point {
	x: number;
	y: number;
}

/** Where a card is held, and the point over which it has to be held to lie at another time or in another column. */
export async function pathTo(
	page: Page,
	appointmentId: string,
	from: number,
	to: { startsAt: number; columnId: string }
): Promise<{ held: Point; target: Point }> {
	const moved = card(page, appointmentId);
	await moved.scrollIntoViewIfNeeded();
	const box = (await moved.boundingBox())!;
	const column = (await page.locator(`[data-column-id="${to.columnId}"]`).boundingBox())!;
	const held = { x: box.x + 30, y: box.y + 6 };
	return {
		held,
		target: { x: column.x + 40, y: held.y + (to.startsAt - from) * PIXELS_PER_MS }
	};
}

/** Lifts with the mouse and holds a card over a point, without letting go. */
export async function holdOver(page: Page, { held, target }: { held: Point; target: Point }) {
	await page.mouse.move(held.x, held.y);
	await page.mouse.down();
	await page.mouse.move(held.x + 3, held.y + 8, { steps: 3 });
	await page.mouse.move(target.x, target.y, { steps: 10 });
	await expect(dropTarget(page)).toBeVisible();
}

/** A finger, as the browser's own input sees it. */
export class Finger {
	private readonly session: CDPSession;

	private constructor(session: CDPSession) {
		this.session = session;
	}

	static async on(page: Page): Promise<Finger> {
		return new Finger(await page.context().newCDPSession(page));
	}

	private touch(type: 'touchStart' | 'touchMove' | 'touchEnd', points: Point[]) {
		return this.session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
	}

	down(point: Point) {
		return this.touch('touchStart', [point]);
	}

	async moveTo(from: Point, to: Point, steps = 12): Promise<void> {
		for (let step = 1; step <= steps; step++) {
			const x = from.x + ((to.x - from.x) * step) / steps;
			const y = from.y + ((to.y - from.y) * step) / steps;
			await this.touch('touchMove', [{ x, y }]);
		}
	}

	up() {
		return this.touch('touchEnd', []);
	}
}

/** Asks by keyboard for a later time until the rules on screen have nothing against it, and drops it there. */
export async function moveByKeyboard(page: Page, appointmentId: string): Promise<void> {
	await card(page, appointmentId).focus();
	await page.keyboard.press('m');
	await expect(dropTarget(page)).toBeVisible();
	for (let step = 0; step < 80; step++) {
		await page.keyboard.press('ArrowDown');
		const illegal = await dropTarget(page).evaluate((node) => node.classList.contains('illegal'));
		if (!illegal) break;
	}
	await page.keyboard.press('Enter');
}
