/**
 * What a notification says on a locked screen, where others read along: the clinic and the time, never for what or
 * with whom. So rules' own templates, which may name both, are not used here. Pure.
 */
import type { SiteLanguage } from '../site/site.ts';
import type { MessageKind } from './message.ts';
import { dayInWords, timeInWords } from './visit-words.ts';

/** What may be shown. */
export interface ShownVisit {
	/** Epoch milliseconds. */
	startsAt: number;
	zone: string;
}

type Words = Record<MessageKind, (when: string) => string>;

const WORDS: Record<SiteLanguage, Words> = {
	en: {
		confirmation: (when) => `Your visit is booked: ${when}.`,
		reminder: (when) => `Your visit: ${when}.`,
		'same-day-reminder': (when) => `Your visit: ${when}.`,
		change: (when) => `Your visit has changed: ${when}.`,
		cancellation: (when) => `Your visit (${when}) is cancelled.`,
		missed: (when) => `We missed you (${when}). Open this to find another time.`,
		'waitlist-offer': (when) => `A time has come free: ${when}. Would you like it?`,
		delay: (when) => `Your visit begins a little later: ${when}.`,
		'referral-due': () => 'A referral of yours is due. Open this to find a time.',
		'sign-in-code': () => 'There is a message for you.',
		account: () => 'There is a message for you.',
		other: () => 'There is a message for you.'
	},
	pl: {
		confirmation: (when) => `Wizyta umówiona: ${when}.`,
		reminder: (when) => `Twoja wizyta: ${when}.`,
		'same-day-reminder': (when) => `Twoja wizyta: ${when}.`,
		change: (when) => `Zmiana wizyty: ${when}.`,
		cancellation: (when) => `Twoja wizyta (${when}) jest odwołana.`,
		missed: (when) => `Nie było Cię na wizycie (${when}). Otwórz, aby wybrać inny termin.`,
		'waitlist-offer': (when) => `Zwolnił się termin: ${when}. Czy Ci odpowiada?`,
		delay: (when) => `Twoja wizyta zacznie się trochę później: ${when}.`,
		'referral-due': () => 'Skierowanie czeka na termin. Otwórz, aby go wybrać.',
		'sign-in-code': () => 'Masz wiadomość.',
		account: () => 'Masz wiadomość.',
		other: () => 'Masz wiadomość.'
	}
};

/**
 * The day is named, not called tomorrow: a telephone that was off shows it a day later.
 * @param visit `null`: it is about none
 */
export function lockScreenText(
	kind: MessageKind,
	visit: ShownVisit | null,
	language: SiteLanguage
): string {
	const words = WORDS[language];
	if (visit === null) return words[kind === 'referral-due' ? kind : 'other']('');
	const { startsAt, zone } = visit;
	const when = `${dayInWords(startsAt, zone, language)}, ${timeInWords(startsAt, zone, language)}`;
	return words[kind](when);
}
