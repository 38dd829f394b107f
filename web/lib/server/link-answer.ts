/** Using up a link from a notification's button: no page is open, and what came of it is shown as a notification. */
import { json, type RequestEvent } from '@sveltejs/kit';
import { useLink } from '#domain/messaging/commands/use-link.ts';
import { readOwnOffer } from '#domain/waitlist/queries/offers.ts';
import { checkInWindow } from '#domain/scheduling/online-rules.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { doneWords, stateWords } from '#web/lib/site/link-words.ts';
import { fullTime } from '#web/lib/site/visit-time.ts';
import { refusedTime } from './booking-page.ts';
import { database } from './database.ts';
import { keepSecret, openLink, stateOf, type OpenedLink } from './opened-link.ts';
import { countChange } from './visitor.ts';

/**
 * Does what the link is for, where a notification has a button for that; a refusal is an answer like any other.
 * @returns `message`: what came of it; `open`: the page where somebody can go on
 */
export async function answerLink(event: RequestEvent): Promise<Response> {
	keepSecret(event);
	await countChange(event);
	const opened = await openLink(event);
	const { link, visit, patient } = opened;
	const open = `/l/${event.params.token}`;
	if (link.offerId !== null) return json({ message: await offerWords(event, opened), open });
	if (link.action !== 'confirm' || !visit) return json({ message: m.link_nothing(), open });
	if (stateOf(opened) !== 'ready') return json({ message: wordsOf(event, opened), open });
	const { appointmentId, revision } = visit;
	const use = { action: link.action, visit: { appointmentId, revision } };
	const used = await useLink(database(), patient, link, use);
	if (used.ok) return json({ message: doneWords(link.action), open });
	// Changed at the same moment: what it has come to says more than why it was refused.
	const now = await openLink(event);
	const isOver = stateOf(now) !== 'ready';
	return json({ message: isOver ? wordsOf(event, now) : refusedTime(used.refusal).message, open });
}

function wordsOf({ locals }: RequestEvent, opened: OpenedLink): string {
	const { link, visit } = opened;
	return stateWords({
		...{ action: link.action, state: stateOf(opened), usedAt: link.usedAt },
		lang: locals.language,
		visit: visit && { ...visit, checkInFrom: checkInWindow(visit).from }
	});
}

/** The two buttons of an offer: yes, and not this one. Nobody leaves the list by a slip of the thumb. */
async function offerWords({ locals }: RequestEvent, opened: OpenedLink): Promise<string> {
	const { link, patient } = opened;
	const { action } = link;
	if (action !== 'accept-offer' && action !== 'decline-offer') return m.link_nothing();
	const isYes = action === 'accept-offer';
	const answer = isYes ? 'accept' : 'pass';
	const answered = await useLink(database(), patient, link, { action, answer, by: 'push' });
	if (!answered.ok) {
		const { code } = answered.refusal;
		return code === 'offer-over' ? m.offer_over() : (refusedTime(answered.refusal).message ?? '');
	}
	if (!isYes) return m.offer_passed();
	const offer = await readOwnOffer(database(), patient, link.offerId!);
	if (!offer) return m.link_nothing();
	return m.offer_taken({ time: fullTime(offer.startsAt, offer.zone, locals.language) });
}
