import { describe, expect, it } from 'vitest';
import {
	linkState,
	type LinkedVisit,
	type LinkFacts,
	type LinkState
} from '#domain/messaging/link-state.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { LINK_ACTIONS } from '#domain/messaging/message.ts';

const NINE = Date.UTC(2027, 0, 4, 9);
const before = (minutes: number) => NINE - minutes * MINUTE_MS;
const LINK: LinkFacts = { action: 'confirm', expiresAt: NINE, usedAt: null, aboutStart: NINE };
const VISIT: LinkedVisit = {
	...{ startsAt: NINE, endsAt: NINE + 20 * MINUTE_MS, status: 'booked', confirmedAt: null },
	changesUntil: before(180)
};

type Case = [string, Partial<LinkFacts>, Partial<LinkedVisit>, number, LinkState];

describe('a link', () => {
	it.each<Case>([
		['is ready', {}, {}, before(600), 'ready'],
		['was used', { usedAt: before(700) }, { status: 'cancelled' }, before(600), 'used'],
		['is too old', { expiresAt: before(600) }, {}, before(600), 'expired'],
		['is about another time', { aboutStart: before(60) }, {}, before(600), 'moved'],
		['is about a cancelled visit', {}, { status: 'cancelled' }, before(600), 'cancelled'],
		['confirms what is confirmed', {}, { confirmedAt: before(700) }, before(600), 'done'],
		['confirms until the visit begins', { expiresAt: NINE * 2 }, {}, NINE - 1, 'ready'],
		['confirms nothing that has begun', { expiresAt: NINE * 2 }, {}, NINE, 'too-late'],
		['confirms nobody who is here', {}, { status: 'arrived' }, before(60), 'over'],
		['cancels until the cut-off', { action: 'cancel' }, {}, before(180), 'ready'],
		['cancels nothing later', { action: 'cancel' }, {}, before(180) + 1, 'too-late'],
		['cancels once', { action: 'cancel' }, { status: 'cancelled' }, before(600), 'done'],
		['cancels nothing that is over', { action: 'cancel' }, { status: 'noshow' }, NINE - 1, 'over'],
		['moves until the cut-off', { action: 'reschedule' }, {}, before(180), 'ready'],
		['moves nothing later', { action: 'reschedule' }, {}, before(60), 'too-late'],
		['is too early to be here', { action: 'check-in' }, {}, before(120) - 1, 'too-early'],
		['is here from two hours before', { action: 'check-in' }, {}, before(120), 'ready'],
		['is here already', { action: 'check-in' }, { status: 'arrived' }, before(9), 'done'],
		['is here after a no-show', { action: 'check-in' }, { status: 'noshow' }, before(9), 'over'],
		['unsubscribes whatever the visit is', { action: 'unsubscribe' }, {}, before(9), 'ready']
	])('%s', (_, link, visit, now, state) => {
		expect(linkState({ ...LINK, ...link }, { ...VISIT, ...visit }, now)).toBe(state);
	});

	it('is here until the visit ends', () => {
		const link = { ...LINK, action: 'check-in' as const, expiresAt: NINE * 2 };
		expect(linkState(link, VISIT, VISIT.endsAt - 1)).toBe('ready');
		expect(linkState(link, VISIT, VISIT.endsAt)).toBe('too-late');
	});

	it('does nothing for what the page has no button for, or without its visit', () => {
		for (const action of LINK_ACTIONS) {
			const state = linkState({ ...LINK, action }, null, before(600));
			expect([action, state]).toEqual([action, action === 'unsubscribe' ? 'ready' : 'unknown']);
		}
		const offer = { ...LINK, action: 'accept-offer' as const };
		expect(linkState(offer, VISIT, before(600))).toBe('unknown');
	});
});
