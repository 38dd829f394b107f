/** Who in a list is who: rows of one person, and who is on it twice for one thing. Pure. */
import { foldText } from '../../directory/patient-search.ts';
import { phoneKeyOf } from '../../messaging/phone-key.ts';
import type { GoodRow, ListedPerson } from './judge-row.ts';

/** A person of the list, with the number and the address that the first of their rows gives. */
export interface Listed extends ListedPerson {
	/** As `patients.search_text` begins for somebody of this name and birth date. */
	searchStart: string;
	/** What all of their rows say of how they are reached: see `contactKeys`. */
	contacts: string[];
}

export interface ListedRow extends Omit<GoodRow, 'person'> {
	person: Listed;
	/** The same for each row of one person. */
	personNumber: number;
	/** The row that already asks for the same for the same person; `null`: none. */
	sameAs: number | null;
}

/**
 * One person: the same name, however it is spelt in accents and capitals, the same birth date, and a number or an
 * address in common. Numbers are the same with or without their country's code, spaces and dashes.
 */
export function gatherPeople(rows: readonly GoodRow[]): ListedRow[] {
	const reached = new Map<string, Listed>();
	/** Two that a later row showed to be one. */
	const partOf = new Map<Listed, Listed>();
	const whole = (one: Listed): Listed => {
		let found = one;
		while (partOf.has(found)) found = partOf.get(found)!;
		return found;
	};
	const people = rows.map(({ person }): Listed => {
		const searchStart = searchStartOf(person);
		const contacts = contactKeys(person);
		const keys = contacts.map((key) => `${searchStart}\n${key}`);
		const known = keys.flatMap((key) => (reached.has(key) ? [whole(reached.get(key)!)] : []));
		const [listed = { ...person, searchStart, contacts: [] }, ...others] = [...new Set(known)];
		for (const other of others) partOf.set(other, listed);
		for (const one of [person, ...others]) {
			listed.phone ??= one.phone;
			listed.email ??= one.email;
		}
		for (const key of [...contacts, ...others.flatMap((other) => other.contacts)]) {
			if (!listed.contacts.includes(key)) listed.contacts.push(key);
		}
		for (const key of keys) reached.set(key, listed);
		return listed;
	});
	const asked = new Map<Listed, { personNumber: number; rowOf: Map<string, number> }>();
	return rows.map((row, index) => {
		const person = whole(people[index]!);
		const { personNumber, rowOf } = asked.get(person) ?? {
			...{ personNumber: asked.size, rowOf: new Map<string, number>() }
		};
		asked.set(person, { personNumber, rowOf });
		const sameAs = rowOf.get(row.wish.serviceId) ?? null;
		if (sameAs === null) rowOf.set(row.wish.serviceId, row.number);
		return { ...row, person, personNumber, sameAs };
	});
}

/** @returns how `patients.search_text` begins for that name and birth date */
function searchStartOf({ familyName, givenName, birthDate }: ListedPerson): string {
	return foldText(`${familyName} ${givenName} ${birthDate}`);
}

/** @returns a number and an address as they are compared */
export function contactKeys({
	phone,
	email
}: {
	phone: string | null;
	email: string | null;
}): string[] {
	return [
		...(phone === null ? [] : [phoneKeyOf(phone)]),
		...(email === null ? [] : [email.toLowerCase()])
	];
}
