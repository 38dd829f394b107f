/** A patient who signed in on the public site, and for whom they act. Pure. */
import type { Actor } from '../access/actor.ts';
import type { SiteLanguage } from '../site/site.ts';

export interface Person {
	id: string;
	givenName: string;
	familyName: string;
	/** `YYYY-MM-DD` */
	birthDate: string | null;
}

export interface SignedInPatient {
	/** Has the role of a patient for each of `people`. */
	actor: Actor;
	self: Person;
	/** Children, by birth date. */
	children: Person[];
	/** By which of the contacts the patient signed in. */
	proven: 'email' | 'phone';
	language: SiteLanguage | null;
}

/** @returns the patient and the children that they act for */
export function peopleOf({ self, children }: SignedInPatient): Person[] {
	return [self, ...children];
}
