/** By which ways somebody can be reached, and in which order. Pure. */
import { phoneKeyOf } from './phone-key.ts';
import type { Channel, ContactChannel } from './message.ts';

/** What is known of somebody's addresses. */
export interface Contact {
	email: string | null;
	phone: string | null;
	/** Whether there is a browser that wants to be told. */
	hasPush: boolean;
	/** How they want to be reached; `null`: they have not said. */
	preferred: ContactChannel | null;
}

/** @param patientId what a push is addressed to */
export function addressOf(contact: Contact, channel: Channel, patientId: string): string | null {
	if (channel === 'push') return contact.hasPush ? patientId : null;
	const address = (channel === 'email' ? contact.email : contact.phone)?.trim();
	return address ? address : null;
}

/** @returns the address as two are compared: what is closed stays closed however it is written */
export function comparableAddress(channel: Channel, address: string): string {
	return channel === 'sms' ? phoneKeyOf(address) : address.trim().toLowerCase();
}

/** @returns the rule's ways with the one that the patient prefers first, where the rule has it */
export function inOrder(channels: readonly Channel[], preferred: ContactChannel | null): Channel[] {
	const first = channels.filter((channel) => channel === preferred);
	return [...first, ...channels.filter((channel) => channel !== preferred)];
}
