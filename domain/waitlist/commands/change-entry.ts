/** Changing what somebody waits for; the place in the queue stays. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { currentDataKey } from '../../../db/encryption/sealing.ts';
import { waitlistEntries } from '../../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { isInTime, missingField, replacePlaces, storedWish } from '../commands.ts';
import type { EntryWish } from '../entry.ts';

export interface EntryChange {
	id: string;
	/** What whoever changes it has seen. */
	revision: number;
	wish: EntryWish;
}

/**
 * Gives an entry other wishes.
 * @returns `not-found` for one that the actor may not change, or that waits no more, `stale-revision` where somebody
 *   changed it meanwhile, `already-waiting` where the patient waits for that service already; as for a new one
 *   otherwise
 */
export async function changeEntry(
	database: Database,
	actor: Actor,
	{ id, revision, wish }: EntryChange,
	now: number = Date.now()
): Promise<Result<{ id: string; revision: number }>> {
	const { organizationId } = actor;
	const mayWrite = (patientId: string | null) =>
		authorize(actor, 'waitlist.write', {
			...{ organizationId, clinicId: null, practitionerId: null, patientId }
		});
	if (!isInTime(wish, now)) return refuse('date-out-of-range', { field: 'lastDate' });
	const key = await currentDataKey(database, organizationId);
	try {
		return await forActor(database, actor, async (transaction) => {
			const which = and(
				eq(waitlistEntries.organizationId, organizationId),
				eq(waitlistEntries.id, id)
			);
			const [entry] = await transaction.select().from(waitlistEntries).where(which).for('update');
			if (!mayWrite(entry?.patientId ?? null)) {
				return entry ? refuse('not-found', { field: 'id' }) : refuse('not-allowed');
			}
			if (entry?.state !== 'waiting') return refuse('not-found', { field: 'id' });
			if (entry.revision !== revision) return refuse('stale-revision');
			const missing = await missingField(transaction, organizationId, entry.patientId, wish);
			if (missing) return refuse('not-found', { field: missing });
			await transaction
				.update(waitlistEntries)
				.set({
					...storedWish(key, organizationId, id, wish),
					...{ serviceId: wish.serviceId, revision: revision + 1 }
				})
				.where(which);
			await replacePlaces(transaction, organizationId, id, wish);
			await audit(transaction, actor, {
				kind: 'waitlist-changed',
				subject: { kind: 'waitlist-entry', id }
			});
			return accept({ id, revision: revision + 1 });
		});
	} catch (fault) {
		if (sqlStateOf(fault) !== SQL_STATE.uniqueViolation) throw fault;
		return refuse('already-waiting', { field: 'serviceId' });
	}
}
