/** What a push carries to a patient's browser, and how long it is worth anything. Pure; the service worker reads it. */
import type { MessageKind } from './message.ts';
import type { SiteLanguage } from '../site/site.ts';

/** What a notification's button does. */
export const PUSH_ACTIONS = ['confirm', 'accept', 'decline'] as const;
export type PushAction = (typeof PUSH_ACTIONS)[number];

export interface PushPayload {
	/** Of the message: sent twice, it is shown once. */
	id: string;
	/** Shown on a locked screen: who writes, and no more of the visit than its time. */
	title: string;
	body: string;
	lang: SiteLanguage;
	/** The same for messages of one visit and kind: the newer takes the older one's place. */
	tag: string;
	/** Path that opens when the notification is touched. */
	open: string;
	/** Buttons, and the path of the link that each of them uses up. */
	actions: readonly { action: PushAction; path: string }[];
	/** Epoch milliseconds; a notification that arrives later says nothing true any more, and is not shown. */
	until: number;
}

/** Asked as a record: the list itself would bring its schemas into the service worker. */
const LANGUAGES: Record<SiteLanguage, true> = { en: true, pl: true };

/** Browsers cut what is longer; a screen shows less. */
const MAX_TITLE = 80;
const MAX_BODY = 300;
/** Push services take 4,096 bytes, of which encryption needs 103. */
export const MAX_PAYLOAD_BYTES = 3_072;

/**
 * @returns the payload as it is encrypted: never longer than push services take, whatever title and body are made of
 * @throws RangeError for paths or ids that are far longer than any of ours
 */
export function writePayload(payload: PushPayload): string {
	const [title, body] = [shortened(payload.title, MAX_TITLE), shortened(payload.body, MAX_BODY)];
	// Six bytes at most for each letter of the two.
	const text = JSON.stringify({ ...payload, title, body });
	if (new TextEncoder().encode(text).length > MAX_PAYLOAD_BYTES) {
		throw new RangeError('the payload is too long');
	}
	return text;
}

function shortened(text: string, most: number): string {
	const line = text.replace(/\s+/g, ' ').trim();
	if (line.length <= most) return line;
	const cut = line
		.slice(0, Math.max(most - 1, 0))
		.toWellFormed()
		.replace('\uFFFD', '');
	return `${cut.slice(0, cut.lastIndexOf(' ') > most / 2 ? cut.lastIndexOf(' ') : undefined)}…`;
}

/** @returns what a push carried, or `null` when it is none of ours */
export function readPayload(text: string): PushPayload | null {
	const isText = (value: unknown) => typeof value === 'string';
	const isPath = (value: unknown) => isText(value) && /^\/(?![/\\])/.test(value as string);
	try {
		const read = JSON.parse(text) as PushPayload;
		const actions = read.actions.filter(
			({ action, path }) => PUSH_ACTIONS.includes(action) && isPath(path)
		);
		const isOurs =
			[read.id, read.title, read.body, read.tag].every(isText) &&
			Object.hasOwn(LANGUAGES, read.lang) &&
			isPath(read.open) &&
			Number.isFinite(read.until);
		return isOurs ? { ...read, actions } : null;
	} catch {
		return null;
	}
}

export type Urgency = 'normal' | 'high';

/** Offers are somebody else's in minutes; what was cancelled or moved may keep somebody from setting out. */
export function urgencyOf(kind: MessageKind): Urgency {
	const isUrgent = (['waitlist-offer', 'cancellation', 'change', 'delay'] as const).some(
		(urgent) => urgent === kind
	);
	return isUrgent ? 'high' : 'normal';
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
/** Apple and Google keep a message for four weeks at most. */
const MAX_TTL_SECONDS = 28 * DAY_SECONDS;
/** An offer is made to the next one by then, where the offer itself does not say. */
const OFFER_SECONDS = 15 * MINUTE_SECONDS;

/**
 * @param aboutStart the visit's start as the message tells it; `null`: it is about no time. Epoch milliseconds
 * @returns when the message says nothing true any more
 */
export function endOf(kind: MessageKind, aboutStart: number | null, now: number): number {
	if (kind === 'waitlist-offer') {
		return Math.min(aboutStart ?? Infinity, now + OFFER_SECONDS * 1_000);
	}
	// What is about the past (a visit that was missed) is told all the same, for a day.
	return aboutStart === null || aboutStart <= now ? now + DAY_SECONDS * 1_000 : aboutStart;
}

/**
 * @param until as `endOf` says
 * @returns for how many seconds a push service shall keep it for a browser that is not to be reached
 */
export function timeToLive(until: number, now: number): number {
	return Math.min(Math.max(Math.floor((until - now) / 1_000), 0), MAX_TTL_SECONDS);
}
