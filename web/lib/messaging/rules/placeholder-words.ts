/** What the placeholders of templates are called on buttons, and which make sense where. */
import type { RuleKind } from '#domain/messaging/message.ts';
import { PLACEHOLDERS, type Placeholder } from '#domain/messaging/template.ts';

export const PLACEHOLDER_WORDS: Record<Placeholder, string> = {
	'patient.givenName': 'Given name',
	'visit.day': 'Day',
	'visit.time': 'Time',
	'clinic.name': 'Clinic',
	'clinic.address': 'Address',
	'clinic.phone': 'Phone',
	'doctor.name': 'Doctor',
	'service.name': 'Service',
	'service.preparation': 'Preparation',
	'organization.name': 'Organization',
	'offer.until': 'Kept until',
	'link.confirm': 'Link: confirm',
	'link.cancel': 'Link: cancel',
	'link.reschedule': 'Link: another time',
	'link.checkIn': 'Link: I am here',
	'link.acceptOffer': 'Link: take the offer',
	'link.declineOffer': 'Link: no, thank you'
};

const OFFER: readonly Placeholder[] = ['offer.until', 'link.acceptOffer', 'link.declineOffer'];
const VISIT: readonly Placeholder[] = ['link.confirm', 'link.cancel', 'link.checkIn'];

/** @returns what can be put into messages of that kind, in the order of the buttons */
export function placeholdersFor(kind: RuleKind): Placeholder[] {
	const others = kind === 'waitlist-offer' ? VISIT : OFFER;
	return PLACEHOLDERS.filter((name) => !others.includes(name));
}

/** @returns `text` with the placeholder in place of what is selected, and where the caret goes */
export function withPlaceholder(
	text: string,
	name: Placeholder,
	{ start, end }: { start: number; end: number }
): { text: string; caret: number } {
	const braces = `{{${name}}}`;
	return {
		text: text.slice(0, start) + braces + text.slice(end),
		caret: start + braces.length
	};
}
