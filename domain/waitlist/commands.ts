/** Putting patients on the waitlist and taking them off. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { PgTable, AnyPgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../../db/database.ts';
import { sealFor } from '../../db/encryption/sealed-columns.ts';
import { currentDataKey, sealWith, type DataKey } from '../../db/encryption/sealing.ts';
import {
	clinics,
	patients,
	practitioners,
	services,
	waitlistClinics,
	waitlistEntries,
	waitlistPractitioners
} from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { audit } from '../access/commands/audit.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { MAX_WAIT_DAYS, weekdayBits, type EntrySource, type EntryWish } from './entry.ts';

export interface NewEntry {
	patientId: string;
	wish: EntryWish;
	source: EntrySource;
	/** Whoever waits for this service already: `refuse`, or give the entry these wishes; it keeps its place. */
	again: 'refuse' | 'replace';
}

/**
 * Puts a patient on the list for a service: once, however often it is asked for.
 * @returns the entry's id; `not-allowed`, `not-found` with the field that names nothing of the organization's, or
 *   `already-waiting`, or `date-out-of-range` for days that went by or are more than a year away
 */
export async function joinWaitlist(
	database: Database,
	actor: Actor,
	{ patientId, wish, source, again }: NewEntry,
	now: number = Date.now()
): Promise<Result<{ id: string }>> {
	const { organizationId } = actor;
	if (!authorize(actor, 'waitlist.write', subjectOf(organizationId, patientId))) {
		return refuse('not-allowed');
	}
	if (!isInTime(wish, now)) return refuse('date-out-of-range', { field: 'lastDate' });
	const key = await currentDataKey(database, organizationId);
	return forActor(database, actor, async (transaction) => {
		const missing = await missingField(transaction, organizationId, patientId, wish);
		if (missing) return refuse('not-found', { field: missing });
		const id = crypto.randomUUID();
		const values = (entryId: string) => storedWish(key, organizationId, entryId, wish);
		const [added] = await transaction
			.insert(waitlistEntries)
			.values({
				...{ organizationId, id, patientId, serviceId: wish.serviceId, source },
				...{ madeBy: actor.userId, ...values(id) }
			})
			// Somebody may ask for the same at this moment: the index decides.
			.onConflictDoNothing()
			.returning({ id: waitlistEntries.id });
		if (added) {
			await addPlaces(transaction, organizationId, id, wish);
			await note(transaction, actor, id, 'joined');
			return accept({ id });
		}
		if (again === 'refuse') return refuse('already-waiting', { field: 'patientId' });
		const [known] = await transaction
			.select({ id: waitlistEntries.id, revision: waitlistEntries.revision })
			.from(waitlistEntries)
			.where(
				and(
					eq(waitlistEntries.organizationId, organizationId),
					eq(waitlistEntries.patientId, patientId),
					eq(waitlistEntries.serviceId, wish.serviceId),
					eq(waitlistEntries.state, 'waiting')
				)
			)
			.for('update');
		// It was taken off between the two statements.
		if (!known) return refuse('too-busy');
		await transaction
			.update(waitlistEntries)
			.set({ ...values(known.id), revision: known.revision + 1 })
			.where(entryIs(organizationId, known.id));
		await replacePlaces(transaction, organizationId, known.id, wish);
		await note(transaction, actor, known.id, 'changed');
		return accept({ id: known.id });
	});
}

/** @returns what an entry's row says of when it suits and how soon; the note sealed for this very entry */
export function storedWish(key: DataKey, organizationId: string, entryId: string, wish: EntryWish) {
	const seal = sealFor(organizationId, 'waitlist_entries.sealed_note', entryId);
	return {
		...{ urgency: wish.urgency, firstDate: wish.firstDate, lastDate: wish.lastDate },
		...{ fromMinute: wish.fromMinute, untilMinute: wish.untilMinute },
		...{ noticeMinutes: wish.noticeMinutes, weekdays: weekdayBits(wish.weekdays) },
		sealedNote: wish.note === '' ? null : sealWith(key, seal, wish.note)
	};
}

/** Takes an entry off the list. @returns `not-found` for one that the actor may not take off, or that ended already */
export async function leaveWaitlist(
	database: Database,
	actor: Actor,
	entryId: string,
	now: number = Date.now()
): Promise<Result<null>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const [entry] = await transaction
			.select()
			.from(waitlistEntries)
			.where(entryIs(organizationId, entryId))
			.for('update');
		const subject = subjectOf(organizationId, entry?.patientId ?? null);
		if (!authorize(actor, 'waitlist.write', subject)) {
			// Whoever may write none is told so; nobody learns whose entries there are.
			return entry ? refuse('not-found', { field: 'id' }) : refuse('not-allowed');
		}
		if (entry?.state !== 'waiting') return refuse('not-found', { field: 'id' });
		await withdrawEntry(transaction, actor, entryId, now);
		return accept(null);
	});
}

/** Takes an entry off within a transaction, for whoever may; what it is offered is withdrawn. Does nothing to one that ended. */
export async function withdrawEntry(
	transaction: Transaction,
	actor: Actor,
	entryId: string,
	now: number
): Promise<void> {
	const left = await transaction
		.update(waitlistEntries)
		.set({
			...{ state: 'withdrawn', endedAt: new Date(now) },
			revision: sql`${waitlistEntries.revision} + 1`
		})
		.where(and(entryIs(actor.organizationId, entryId), eq(waitlistEntries.state, 'waiting')))
		.returning({ id: waitlistEntries.id });
	if (left.length > 0) await note(transaction, actor, entryId, 'left');
}

/** Whether days are asked for that are still to come, and not too far away: wherever on Earth the clinic is. */
export function isInTime({ lastDate }: EntryWish, now: number): boolean {
	const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC').toPlainDate();
	const yesterday = today.subtract({ days: 1 }).toString();
	return lastDate >= yesterday && lastDate <= today.add({ days: MAX_WAIT_DAYS }).toString();
}

function subjectOf(organizationId: string, patientId: string | null) {
	return { organizationId, clinicId: null, practitionerId: null, patientId };
}

const entryIs = (organizationId: string, id: string) =>
	and(eq(waitlistEntries.organizationId, organizationId), eq(waitlistEntries.id, id));

function note(
	transaction: Transaction,
	actor: Actor,
	id: string,
	what: 'joined' | 'changed' | 'left'
): Promise<void> {
	return audit(transaction, actor, {
		kind: `waitlist-${what}`,
		subject: { kind: 'waitlist-entry', id }
	});
}

/** Says anew where and with whom an entry may be seen. */
export async function replacePlaces(
	transaction: Transaction,
	organizationId: string,
	entryId: string,
	wish: EntryWish
): Promise<void> {
	for (const table of [waitlistClinics, waitlistPractitioners]) {
		await transaction
			.delete(table)
			.where(and(eq(table.organizationId, organizationId), eq(table.entryId, entryId)));
	}
	await addPlaces(transaction, organizationId, entryId, wish);
}

async function addPlaces(
	transaction: Transaction,
	organizationId: string,
	entryId: string,
	{ clinicIds, practitionerIds }: EntryWish
): Promise<void> {
	const own = { organizationId, entryId };
	if (clinicIds.length > 0) {
		const rows = [...new Set(clinicIds)].map((clinicId) => ({ ...own, clinicId }));
		await transaction.insert(waitlistClinics).values(rows);
	}
	if (practitionerIds.length > 0) {
		const rows = [...new Set(practitionerIds)].map((practitionerId) => ({
			...own,
			practitionerId
		}));
		await transaction.insert(waitlistPractitioners).values(rows);
	}
}

/** @returns the field that names something which the organization does not have */
export async function missingField(
	transaction: Transaction,
	organizationId: string,
	patientId: string,
	{ serviceId, clinicIds, practitionerIds }: EntryWish
): Promise<string | null> {
	const areThere = async (
		table: PgTable & { organizationId: AnyPgColumn; id: AnyPgColumn },
		ids: readonly string[]
	) => {
		const asked = [...new Set(ids)];
		if (asked.length === 0) return true;
		const found = await transaction
			.select({ id: table.id })
			.from(table as PgTable)
			.where(and(eq(table.organizationId, organizationId), inArray(table.id, asked)));
		return found.length === asked.length;
	};
	if (!(await areThere(patients, [patientId]))) return 'patientId';
	if (!(await areThere(services, [serviceId]))) return 'serviceId';
	if (!(await areThere(clinics, clinicIds))) return 'clinicIds';
	if (!(await areThere(practitioners, practitionerIds))) return 'practitionerIds';
	return null;
}
