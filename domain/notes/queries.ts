/** Notes that the staff share: whether there is something new in one, and who may read it. */
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { keptDocuments, users } from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { readAssignments } from '../access/queries/account-roles.ts';
import type { KeptName } from '../kept-documents/kept-name.ts';
import { keptId } from '../kept-documents/queries.ts';
import { mayReadKept, subjectOfName } from '../kept-documents/queries/access.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import type { HandoverNews } from './handover-news.ts';
import type { Mentionable } from './mention.ts';

/** A clinic's or a visit's note. */
export type NoteName = Extract<KeptName, { kind: 'handover' | 'visit-note' }>;

/** @returns whether there is something in the handover notes of a day; nothing of what */
export async function handoverNews(
	database: Database,
	actor: Actor,
	{ clinicId, date }: { clinicId: string; date: string }
): Promise<Result<HandoverNews>> {
	const name = { kind: 'handover', clinicId, date } as const;
	const { organizationId, userId } = actor;
	return forActor(database, actor, async (transaction) => {
		const subject = await subjectOfName(transaction, organizationId, name);
		if (!subject) return refuse('not-found', { field: 'clinicId' });
		if (!mayReadKept(actor, name, subject)) return refuse('not-allowed');
		const [stored] = await transaction
			.select({ revision: keptDocuments.revision, changedBy: keptDocuments.changedBy })
			.from(keptDocuments)
			.where(
				and(eq(keptDocuments.organizationId, organizationId), eq(keptDocuments.id, keptId(name)))
			);
		return accept({ revision: stored?.revision ?? 0, isOwn: stored?.changedBy === userId });
	});
}

/** @returns who may be mentioned in a note, by name: everybody who may read it, but for whoever asks */
export async function mentionable(
	database: Database,
	actor: Actor,
	name: NoteName
): Promise<Result<Mentionable[]>> {
	return forActor(database, actor, async (transaction) => {
		const subject = await subjectOfName(transaction, actor.organizationId, name);
		if (!subject) return refuse('not-found', { field: 'id' });
		if (!mayReadKept(actor, name, subject)) return refuse('not-allowed');
		const readers = await readersOf(transaction, actor.organizationId, name);
		return accept(readers.filter(({ userId }) => userId !== actor.userId));
	});
}

/** @returns the accounts of the organization that may read a note now, by name */
export async function readersOf(
	transaction: Transaction,
	organizationId: string,
	name: NoteName
): Promise<Mentionable[]> {
	const subject = await subjectOfName(transaction, organizationId, name);
	if (!subject) return [];
	const accounts = await transaction
		.select({ userId: users.id, name: users.name })
		.from(users)
		.where(and(eq(users.organizationId, organizationId), eq(users.active, true)))
		.orderBy(asc(users.name), asc(users.id));
	const assignments = await readAssignments(transaction, organizationId);
	const byAccount = Map.groupBy(assignments, ({ userId }) => userId);
	return accounts.filter(({ userId }) =>
		mayReadKept({ organizationId, roles: byAccount.get(userId) ?? [] }, name, subject)
	);
}
