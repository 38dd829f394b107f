/** Opening and dropping drafts. A draft is carried out with its changes, by the intent that holds them. */
import { and, count, eq, sql } from 'drizzle-orm';
import { announce } from '../../db/announcements.ts';
import type { Database } from '../../db/database.ts';
import { sealFor } from '../../db/encryption/sealed-columns.ts';
import { seal } from '../../db/encryption/sealing.ts';
import { clinics, drafts } from '../../db/schema/index.ts';
import { forActor } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { audit } from '../access/commands/audit.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { MAX_OPEN_DRAFTS, mayDraft, newDraftSchema, type NewDraft } from './draft-summary.ts';

/**
 * Opens a draft of a clinic's day.
 * @returns its id; `too-busy` where as many are open as one day can have
 */
export async function openDraft(
	database: Database,
	actor: Actor,
	asked: NewDraft
): Promise<Result<{ id: string }>> {
	const parsed = newDraftSchema.safeParse(asked);
	if (!parsed.success) {
		return refuse('invalid', { field: parsed.error.issues[0]?.path.join('.') || 'title' });
	}
	const { id, clinicId, date, title } = parsed.data;
	if (!mayDraft(actor, clinicId)) return refuse('not-allowed');
	const { organizationId } = actor;
	const sealedTitle = await seal(
		database,
		sealFor(organizationId, 'drafts.sealed_title', id),
		title
	);
	return forActor(database, actor, async (transaction) => {
		// One after the other at one clinic: so that there are never more than there may be.
		const [clinic] = await transaction
			.select({ id: clinics.id })
			.from(clinics)
			.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
		if (!clinic) return refuse('not-found', { field: 'clinicId' });
		await transaction.execute(
			sql`SELECT pg_advisory_xact_lock(hashtextextended(${`drafts/${clinicId}/${date}`}, 0))`
		);
		const [open] = await transaction
			.select({ count: count() })
			.from(drafts)
			.where(
				and(
					eq(drafts.organizationId, organizationId),
					...[eq(drafts.clinicId, clinicId), eq(drafts.date, date), eq(drafts.state, 'open')]
				)
			);
		if (open!.count >= MAX_OPEN_DRAFTS) return refuse('too-many-drafts');
		const [made] = await transaction
			.insert(drafts)
			.values({ organizationId, id, clinicId, date, sealedTitle, madeBy: actor.userId })
			.onConflictDoNothing()
			.returning({ id: drafts.id });
		if (!made) return refuse('invalid', { field: 'id' });
		await audit(transaction, actor, {
			...{ kind: 'draft-opened', subject: { kind: 'draft', id }, clinicId },
			detail: { date }
		});
		return accept({ id });
	});
}

/** Drops a draft: nothing of it is carried out. @returns `draft-over` where it was carried out or dropped before */
export async function dropDraft(
	database: Database,
	actor: Actor,
	id: string
): Promise<Result<null>> {
	const { organizationId } = actor;
	const isDraft = and(eq(drafts.organizationId, organizationId), eq(drafts.id, id));
	const dropped = await forActor(database, actor, async (transaction) => {
		const [stored] = await transaction.select().from(drafts).where(isDraft).for('update');
		if (!stored) return refuse('not-found', { field: 'id' });
		const { clinicId, date, state } = stored;
		if (!mayDraft(actor, clinicId)) return refuse('not-allowed');
		if (state !== 'open') return refuse('draft-over');
		await transaction
			.update(drafts)
			.set({ state: 'dropped', endedBy: actor.userId, endedAt: sql`now()` })
			.where(isDraft);
		await audit(transaction, actor, {
			...{ kind: 'draft-dropped', subject: { kind: 'draft', id }, clinicId },
			detail: { date }
		});
		return accept({ clinicId, date });
	});
	if (!dropped.ok) return dropped;
	const { clinicId, date } = dropped.value;
	announce(database, { o: organizationId, b: [[clinicId, date]], kind: 'draft', id });
	return accept(null);
}
