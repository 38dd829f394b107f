/** For whom a patient acts: a parent adds a child, and ends it. At eighteen it ends by itself (queries/session.ts). */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { dependants, patients } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import { audit } from '../../access/commands/audit.ts';
import { authorize } from '../../access/authorize.ts';
import { addPatient, namesakesOf } from '../../booking/commands/patient-for.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { dayOf, isChild } from '../age.ts';
import { storedContact, type Contact } from '../contact.ts';
import { MOST_CHILDREN, type ChildDetails } from '../dependant.ts';
import { childrenOf } from '../queries/session.ts';
import { patientsWith, type StoredPatient } from '../queries/owners.ts';
import type { Person, SignedInPatient } from '../signed-in.ts';

/**
 * A child of this name and birth date: the one that has the contact with which the parent signed in, else a new
 * patient. One that has another contact is somebody else's, and is not found; nothing that is answered tells of it.
 * @param child checked with `childSchema`
 * @returns the child's id; `invalid`: there are too many
 */
export function addChild(
	database: Database,
	parent: SignedInPatient,
	child: ChildDetails,
	now: number = Date.now()
): Promise<Result<string>> {
	return asGuardian(database, parent, now, async (transaction, own, contact) => {
		const { organizationId } = parent.actor;
		const namesakes = await namesakesOf(transaction, organizationId, child);
		const known = namesakes.filter(
			(one) => one.id !== own.id && !one.deceased && storedContact(one, contact) !== null
		);
		if (known.length === 1) return known[0]!.id;
		// Reached by the parent, as the parent wants to be.
		const { phone, email, contactChannel, language } = own;
		return addPatient(transaction, organizationId, {
			...{ ...child, phone, email, contactChannel, language }
		});
	});
}

/** One of those that were offered (`offeredChildren`). @returns `not-found` for anybody else */
export function addOfferedChild(
	database: Database,
	parent: SignedInPatient,
	childId: string,
	now: number = Date.now()
): Promise<Result<string>> {
	return asGuardian(database, parent, now, async (transaction, own, contact) => {
		const offered = await offeredTo(transaction, parent, own, contact, now);
		return offered.some(({ id }) => id === childId) ? childId : null;
	});
}

/** @returns the children with the contact with which the patient signed in, for whom they do not act yet; no adults */
export function offeredChildren(
	database: Database,
	parent: SignedInPatient,
	now: number = Date.now()
): Promise<Person[]> {
	return forActor(database, parent.actor, async (transaction) => {
		const own = await ownRow(transaction, parent);
		if (own === null || isChild(own.birthDate, dayOf(now))) return [];
		return offeredTo(transaction, parent, own, provenContact(parent, own), now);
	});
}

/** @returns `not-found` for a child that the patient does not act for */
export function endChild(
	database: Database,
	parent: SignedInPatient,
	childId: string,
	now: number = Date.now()
): Promise<Result<null>> {
	const { actor, self } = parent;
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		if (!mayChange(parent)) return refuse('not-allowed');
		const ended = await transaction
			.update(dependants)
			.set({ endedAt: new Date(now) })
			.where(
				and(
					...[eq(dependants.organizationId, organizationId), isNull(dependants.endedAt)],
					...[eq(dependants.guardianId, self.id), eq(dependants.patientId, childId)]
				)
			)
			.returning({ id: dependants.patientId });
		if (ended.length === 0) return refuse('not-found', { field: 'childId' });
		await audit(transaction, actor, {
			...{ kind: 'dependant-ended', subject: { kind: 'patient', id: childId } },
			detail: { patientId: self.id }
		});
		return accept(null);
	});
}

/** @param find who the child is; `null`: nobody that may be added */
function asGuardian(
	database: Database,
	parent: SignedInPatient,
	now: number,
	find: (transaction: Transaction, own: StoredPatient, contact: Contact) => Promise<string | null>
): Promise<Result<string>> {
	const { actor, self } = parent;
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		if (!mayChange(parent)) return refuse('not-allowed');
		// Two that are added at once are counted one after the other, and one child is made once.
		await transaction.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${self.id}, 4))`);
		const own = await ownRow(transaction, parent);
		// Children do not act for children.
		if (own === null || isChild(own.birthDate, dayOf(now))) return refuse('not-allowed');
		const children = await childrenOf(transaction, { organizationId, guardianId: self.id }, now);
		if (children.length >= MOST_CHILDREN) return refuse('invalid', { field: 'children' });
		const childId = await find(transaction, own, provenContact(parent, own));
		if (childId === null) return refuse('not-found', { field: 'childId' });
		await transaction
			.insert(dependants)
			.values({ organizationId, guardianId: self.id, patientId: childId, since: new Date(now) })
			.onConflictDoUpdate({
				target: [dependants.organizationId, dependants.guardianId, dependants.patientId],
				set: { since: new Date(now), endedAt: null }
			});
		await audit(transaction, actor, {
			...{ kind: 'dependant-added', subject: { kind: 'patient', id: childId } },
			detail: { patientId: self.id }
		});
		return accept(childId);
	});
}

function mayChange({ actor, self }: SignedInPatient): boolean {
	const { organizationId } = actor;
	const subject = { organizationId, clinicId: null, practitionerId: null, patientId: self.id };
	return authorize(actor, 'patient.write', subject);
}

async function ownRow(
	transaction: Transaction,
	{ actor, self }: SignedInPatient
): Promise<StoredPatient | null> {
	const [own] = await transaction
		.select()
		.from(patients)
		.where(and(eq(patients.organizationId, actor.organizationId), eq(patients.id, self.id)));
	return own ?? null;
}

/** Contacts that were only typed prove nothing: somebody may have booked with the neighbour's number. */
function provenContact({ proven }: SignedInPatient, own: StoredPatient): Contact {
	return { kind: proven, value: own[proven]! };
}

async function offeredTo(
	transaction: Transaction,
	{ actor, self }: SignedInPatient,
	own: StoredPatient,
	contact: Contact,
	now: number
): Promise<Person[]> {
	const { organizationId } = actor;
	const today = dayOf(now);
	const family = await patientsWith(transaction, organizationId, contact);
	const children = await childrenOf(transaction, { organizationId, guardianId: self.id }, now);
	const known = new Set([own.id, ...children.map(({ id }) => id)]);
	return family
		.filter(({ id, birthDate }) => !known.has(id) && isChild(birthDate, today))
		.map(({ id, givenName, familyName, birthDate }) => ({ id, givenName, familyName, birthDate }));
}
