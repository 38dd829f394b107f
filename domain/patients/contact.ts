/** An e-mail address or a telephone number by which a patient signs in, and when two of them are the same. Pure. */
import { z } from 'zod';
import { emailField, phoneField } from '../booking/patient-details.ts';
import { phoneKeyOf } from '../messaging/phone-key.ts';

export interface Contact {
	kind: 'email' | 'phone';
	/** As it was typed; an e-mail address in lower case. */
	value: string;
}

export const CONTACT_FAULTS = [
	'contact-missing',
	'not-an-email',
	'not-a-phone',
	'not-a-contact'
] as const;
export type ContactFault = (typeof CONTACT_FAULTS)[number];

/** Whoever types an @ means an e-mail address; everything else is a number. */
export function parseContact(typed: unknown): Contact | ContactFault {
	const text = typeof typed === 'string' ? typed.trim() : '';
	if (text === '') return 'contact-missing';
	const kind = text.includes('@') ? 'email' : 'phone';
	const parsed = (kind === 'email' ? emailField : phoneField).safeParse(text);
	if (!parsed.success || parsed.data === null) {
		if (kind === 'email') return 'not-an-email';
		return /\p{L}/u.test(text) ? 'not-a-contact' : 'not-a-phone';
	}
	return { kind, value: parsed.data };
}

export const contactSchema = z.strictObject({
	kind: z.enum(['email', 'phone']),
	value: z.string().min(1).max(254)
});

const digitsOf = (number: string) => number.replace(/\D/g, '');

/** @returns what a contact is looked up and counted by */
export function contactKey({ kind, value }: Contact): string {
	return kind === 'email' ? `email:${value.toLowerCase()}` : `phone:${phoneKeyOf(value)}`;
}

/**
 * The last digits alone would make one number of two in different countries: where both have a country's code, it
 * has to be the same.
 */
export function isSameNumber(one: string, other: string): boolean {
	const [a, b] = [one, other].map((number) => digitsOf(number).replace(/^0+/, ''));
	return a !== '' && b !== '' && (a!.endsWith(b!) || b!.endsWith(a!));
}

/** What is stored of somebody. */
export interface StoredContacts {
	email: string | null;
	phone: string | null;
}

/** @returns the stored address or number that is `contact`, or `null` when it is not theirs */
export function storedContact(
	{ email, phone }: StoredContacts,
	{ kind, value }: Contact
): string | null {
	if (kind === 'email') return email?.toLowerCase() === value.toLowerCase() ? email : null;
	return phone !== null &&
		contactKey({ kind, value: phone }) === contactKey({ kind, value }) &&
		isSameNumber(phone, value)
		? phone
		: null;
}

/**
 * Of those whose contact it is by its last digits: nobody, where they are not all the same number, since the code
 * would go to one of them and let in another.
 */
export function ownersOf<T extends StoredContacts>(
	candidates: readonly T[],
	contact: Contact
): T[] {
	const owners = candidates.filter((one) => storedContact(one, contact) !== null);
	const numbers = owners.map((one) => storedContact(one, contact)!);
	const agree =
		contact.kind === 'email' ||
		numbers.every((one) => numbers.every((other) => isSameNumber(one, other)));
	return agree ? owners : [];
}
