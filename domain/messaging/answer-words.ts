/** What patients write back by SMS, and what they are told then. Pure. */
import { foldText } from '../directory/patient-search.ts';
import type { SiteLanguage } from '../site/site.ts';

export type Answer = 'yes' | 'no' | 'stop' | 'start';

/** Whole answers, without accents and signs. A word within a sentence may mean anything: `no problem, I will come`. */
const WORDS: Record<Answer, readonly string[]> = {
	yes: ['yes', 'y', '1', 'tak', 't', 'potwierdzam', 'confirm', 'ok'],
	no: ['no', 'n', '2', 'nie', 'rezygnuje', 'odwoluje'],
	stop: ['stop', 'stopall', 'unsubscribe', 'end', 'quit', 'koniec', 'wypisz'],
	start: ['start', 'unstop', 'wznow']
};

/** @returns what an answer means; `null`: that cannot be told */
export function answerMeans(text: string): Answer | null {
	const word = foldText(text)
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
	for (const [answer, words] of Object.entries(WORDS)) {
		if (words.includes(word)) return answer as Answer;
	}
	return null;
}

/** How it ended. */
export type AnswerOutcome =
	| 'confirmed'
	| 'cancelled'
	| 'too-late'
	| 'not-possible'
	| 'no-visit'
	| 'offer-taken'
	| 'offer-passed'
	| 'offer-over'
	| 'offer-not-understood'
	| 'stopped'
	| 'started'
	| 'not-understood';

export interface AnswerFacts {
	clinic: string;
	phone: string;
	/** When the visit is that was booked, or other times that are free; empty: none. */
	times?: string;
}

type Words = (facts: AnswerFacts) => string;

const call: Record<SiteLanguage, (phone: string) => string> = {
	en: (phone) => (phone ? ` Please call ${phone}.` : ' Please call us.'),
	pl: (phone) => (phone ? ` Prosimy o telefon: ${phone}.` : ' Prosimy o telefon.')
};

const REPLIES: Record<SiteLanguage, Record<AnswerOutcome, Words>> = {
	en: {
		confirmed: ({ clinic }) => `${clinic}: thank you, we look forward to seeing you.`,
		cancelled: ({ clinic, phone }) =>
			`${clinic}: your visit is cancelled. For another time:${call.en(phone)}`,
		'too-late': ({ clinic, phone }) =>
			`${clinic}: it is too late to cancel by SMS.${call.en(phone)}`,
		'not-possible': ({ clinic, phone }) =>
			`${clinic}: this could not be done by SMS.${call.en(phone)}`,
		'no-visit': ({ phone }) => `We know of no visit that this is about.${call.en(phone)}`,
		'offer-taken': ({ clinic, times }) => `${clinic}: the time is yours, ${times}. See you then.`,
		'offer-passed': ({ clinic }) =>
			`${clinic}: thank you. You are still on the list and hear from us when another time is free.`,
		'offer-over': ({ clinic, phone, times }) =>
			`${clinic}: sorry, this time is no longer kept for you. You are still on the list.` +
			(times ? ` Free now: ${times}.` : '') +
			call.en(phone),
		'offer-not-understood': ({ phone }) =>
			`Please answer YES to take the time, or NO for another one.${call.en(phone)}`,
		stopped: () => 'You will get no more SMS from us. Answer START to get them again.',
		started: () => 'You will get SMS from us again. Answer STOP to end them.',
		'not-understood': ({ phone }) =>
			`Please answer YES if you will come, or NO if you cannot.${call.en(phone)}`
	},
	pl: {
		confirmed: ({ clinic }) => `${clinic}: dziękujemy, do zobaczenia.`,
		cancelled: ({ clinic, phone }) =>
			`${clinic}: wizyta jest odwołana. Inny termin:${call.pl(phone)}`,
		'too-late': ({ clinic, phone }) =>
			`${clinic}: na odwołanie przez SMS jest już za późno.${call.pl(phone)}`,
		'not-possible': ({ clinic, phone }) =>
			`${clinic}: tego nie udało się zrobić przez SMS.${call.pl(phone)}`,
		'no-visit': ({ phone }) => `Nie znamy wizyty, której to dotyczy.${call.pl(phone)}`,
		'offer-taken': ({ clinic, times }) => `${clinic}: termin jest Twój, ${times}. Do zobaczenia.`,
		'offer-passed': ({ clinic }) =>
			`${clinic}: dziękujemy. Zostajesz na liście, napiszemy, gdy zwolni się inny termin.`,
		'offer-over': ({ clinic, phone, times }) =>
			`${clinic}: przepraszamy, ten termin nie jest już dla Ciebie trzymany. Zostajesz na liście.` +
			(times ? ` Wolne teraz: ${times}.` : '') +
			call.pl(phone),
		'offer-not-understood': ({ phone }) =>
			`Odpisz TAK, aby wziąć termin, albo NIE, jeśli wolisz inny.${call.pl(phone)}`,
		stopped: () => 'Nie będziemy już wysyłać SMS-ów. Odpisz START, aby je znów dostawać.',
		started: () => 'Będziemy znów wysyłać SMS-y. Odpisz STOP, aby ich nie dostawać.',
		'not-understood': ({ phone }) =>
			`Odpisz TAK, jeśli przyjdziesz, albo NIE, jeśli nie możesz.${call.pl(phone)}`
	}
};

export function replyTo(
	outcome: AnswerOutcome,
	language: SiteLanguage,
	facts: AnswerFacts
): string {
	return REPLIES[language][outcome](facts);
}
