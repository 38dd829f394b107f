/** What is said beside a field that is not right. */
import type { DetailFault } from '#domain/booking/patient-details.ts';
import type { ContactFault } from '#domain/patients/contact.ts';
import type { EntryFault } from '#domain/waitlist/entry.ts';
import { m } from '#web/lib/paraglide/messages.js';

const WORDS: Record<DetailFault | EntryFault | ContactFault | 'of-age', () => string> = {
	'too-soon': m.fault_too_soon,
	'too-far': m.fault_too_far,
	'wrong-order': m.fault_wrong_order,
	'no-weekday': m.fault_no_weekday,
	missing: m.fault_missing,
	'too-long': m.fault_too_long,
	'not-a-name': m.fault_not_a_name,
	'not-a-date': m.fault_not_a_date,
	'in-the-future': m.fault_in_the_future,
	'too-long-ago': m.fault_too_long_ago,
	'not-a-phone': m.fault_not_a_phone,
	'not-a-contact': m.fault_not_a_contact,
	'not-an-email': m.fault_not_an_email,
	'contact-missing': m.fault_contact_missing,
	'consent-missing': m.fault_consent_missing,
	'of-age': m.account_fault_of_age
};

/** @returns the words; empty where nothing is wrong */
export function faultWords(fault: string | undefined): string {
	return fault !== undefined && Object.hasOwn(WORDS, fault)
		? WORDS[fault as keyof typeof WORDS]()
		: '';
}
