/** Leaving a task for the staff, and settling it. */
import { and, count, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { sealFor } from '../../db/encryption/sealed-columns.ts';
import { seal } from '../../db/encryption/sealing.ts';
import { tasks } from '../../db/schema/index.ts';
import { forActor } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { audit } from '../access/commands/audit.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { contactMessageSchema, type ContactMessage } from './contact-message.ts';
import { mayHandle } from './task.ts';

/** Messages that an organization takes in 24 hours from strangers: more is a machine. */
export const MAX_CONTACTS_A_DAY = 300;

/**
 * Leaves what a stranger wrote, sealed. Whoever may see the site may write to it: nothing of anybody's is asked for,
 * and so no permission either. @returns `too-busy` when the organization took enough for a day
 */
export async function leaveContact(
	database: Database,
	visitor: Actor,
	{ clinicId, content }: { clinicId: string | null; content: ContactMessage }
): Promise<Result<{ id: string }>> {
	const { organizationId } = visitor;
	const id = crypto.randomUUID();
	const stored = JSON.stringify(contactMessageSchema.parse(content));
	const sealedText = await seal(database, sealFor(organizationId, 'tasks.sealed_text', id), stored);
	return forActor(database, visitor, async (transaction) => {
		const [taken] = await transaction
			.select({ count: count() })
			.from(tasks)
			.where(
				and(
					eq(tasks.organizationId, organizationId),
					eq(tasks.kind, 'contact'),
					gt(tasks.madeAt, sql`now() - interval '24 hours'`)
				)
			);
		if (taken!.count >= MAX_CONTACTS_A_DAY) return refuse('too-busy');
		await transaction
			.insert(tasks)
			.values({ organizationId, id, kind: 'contact', clinicId, sealedText });
		return accept({ id });
	});
}

/** Marks a task as done, or opens it again. Whoever was first to do it stays the one who did. */
export function settleTask(
	database: Database,
	actor: Actor,
	{ id, done }: { id: string; done: boolean }
): Promise<Result<null>> {
	const { organizationId } = actor;
	const isTask = and(eq(tasks.organizationId, organizationId), eq(tasks.id, id));
	return forActor(database, actor, async (transaction) => {
		const [stored] = await transaction.select().from(tasks).where(isTask).for('update');
		if (!stored) {
			return mayAnywhere(actor) ? refuse('not-found', { field: 'id' }) : refuse('not-allowed');
		}
		const isMine =
			stored.forUser === null
				? mayHandle(actor, 'task.write', stored.clinicId)
				: stored.forUser === actor.userId;
		if (!isMine) return refuse('not-allowed');
		if (done === (stored.doneAt !== null)) return accept(null);
		await transaction
			.update(tasks)
			.set(done ? { doneAt: sql`now()`, doneBy: actor.userId } : { doneAt: null, doneBy: null })
			.where(isTask);
		await audit(transaction, actor, {
			kind: done ? 'task-done' : 'task-reopened',
			subject: { kind: 'task', id },
			clinicId: stored.clinicId,
			detail: { kind: stored.kind, ...(stored.patientId ? { patientId: stored.patientId } : {}) }
		});
		return accept(null);
	});
}

/** Those of no clinic are for whoever may settle any. */
const mayAnywhere = (actor: Actor) => mayHandle(actor, 'task.write', null);
