/** What the page behind a link in a message says, in the page's language. */
import type { LinkState } from '#domain/messaging/link-state.ts';
import type { LinkAction } from '#domain/messaging/message.ts';
import type { SiteLanguage } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { fullTime } from './visit-time.ts';

type Words = () => string;

const TITLES: Partial<Record<LinkAction, Words>> = {
	confirm: m.link_confirm_title,
	cancel: m.link_cancel_title,
	reschedule: m.link_reschedule_title,
	'check-in': m.link_check_in_title,
	unsubscribe: m.link_unsubscribe_title
};

export const BUTTON_WORDS: Partial<Record<LinkAction, Words>> = {
	confirm: m.link_confirm_do,
	cancel: m.link_cancel_do,
	'check-in': m.link_check_in_do,
	unsubscribe: m.link_unsubscribe_do
};

const DONE: Partial<Record<LinkAction, Words>> = {
	confirm: m.link_confirm_done,
	cancel: m.link_cancel_done,
	reschedule: m.visit_moved,
	'check-in': m.link_check_in_done,
	unsubscribe: m.link_unsubscribe_done
};

/** @returns the question that the page asks */
export function titleWords(action: LinkAction): string {
	return (TITLES[action] ?? m.visit_title)();
}

/** @returns what was done now */
export function doneWords(action: LinkAction): string {
	return (DONE[action] ?? m.link_nothing)();
}

interface Told {
	action: LinkAction;
	state: LinkState;
	usedAt: number | null;
	lang: SiteLanguage;
	visit: {
		zone: string;
		changesUntil: number;
		checkInFrom: number;
		clinic: { phone: string };
	} | null;
}

/** @returns why there is nothing to press */
export function stateWords({ action, state, usedAt, visit, lang }: Told): string {
	const zone = visit?.zone ?? 'UTC';
	switch (state) {
		case 'used':
			return m.link_used({ time: fullTime(usedAt ?? 0, zone, lang) });
		case 'done':
			return doneBefore(action);
		case 'expired':
			return m.link_expired();
		case 'cancelled':
			return m.link_cancelled();
		case 'moved':
			return m.link_moved();
		case 'too-early':
			return m.link_check_in_early({ time: fullTime(visit!.checkInFrom, zone, lang) });
		case 'too-late':
			return lateWords(action, visit!, zone, lang);
		case 'over':
			return action === 'check-in' ? m.link_check_in_other() : m.visit_over();
		default:
			return m.link_nothing();
	}
}

/** It is so, by whichever way it came about. */
function doneBefore(action: LinkAction): string {
	if (action === 'confirm') return m.link_confirm_known();
	return action === 'cancel' ? m.visit_cancelled() : m.link_check_in_done();
}

function lateWords(
	action: LinkAction,
	{ changesUntil, clinic }: NonNullable<Told['visit']>,
	zone: string,
	lang: SiteLanguage
): string {
	if (action === 'check-in') return m.link_check_in_late();
	if (action === 'confirm') return m.link_late();
	return m.visit_late({ time: fullTime(changesUntil, zone, lang), phone: clinic.phone });
}
