/** The drafts of a day. */
import { and, asc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database } from '../../db/database.ts';
import { sealFor } from '../../db/encryption/sealed-columns.ts';
import { unseal } from '../../db/encryption/sealing.ts';
import { drafts, practitioners, users, workingHours } from '../../db/schema/index.ts';
import { forActor, inOrganization, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import type { DraftOver } from './draft-document.ts';
import { mayDraft, type DraftSummary } from './draft-summary.ts';

/** @returns the open drafts of a clinic's day, the oldest first */
export async function openDraftsOf(
	database: Database,
	actor: Actor,
	place: { clinicId: string; date: string }
): Promise<Result<DraftSummary[]>> {
	if (!mayDraft(actor, place.clinicId)) return refuse('not-allowed');
	const found = await forActor(database, actor, (transaction) =>
		rowsWhere(
			transaction,
			and(
				eq(drafts.organizationId, actor.organizationId),
				...[eq(drafts.clinicId, place.clinicId), eq(drafts.date, place.date)],
				eq(drafts.state, 'open')
			)
		)
	);
	return accept(await Promise.all(found.map((row) => summaryOf(database, actor, row))));
}

/** @returns one draft, open or over */
export async function draftOf(
	database: Database,
	actor: Actor,
	id: string
): Promise<Result<DraftSummary>> {
	const [row] = await forActor(database, actor, (transaction) =>
		rowsWhere(transaction, and(eq(drafts.organizationId, actor.organizationId), eq(drafts.id, id)))
	);
	if (!row) return refuse('not-found', { field: 'draftId' });
	if (!mayDraft(actor, row.clinicId)) return refuse('not-allowed');
	return accept(await summaryOf(database, actor, row));
}

/** @returns where a draft belongs and whether it is open, for whoever decides what may be done; `null`: there is none */
export async function draftPlace(
	database: Database,
	actor: Actor,
	id: string
): Promise<Pick<DraftSummary, 'clinicId' | 'date' | 'state'> | null> {
	const [row] = await forActor(database, actor, (transaction) =>
		transaction
			.select({ clinicId: drafts.clinicId, date: drafts.date, state: drafts.state })
			.from(drafts)
			.where(and(eq(drafts.organizationId, actor.organizationId), eq(drafts.id, id)))
	);
	return row ?? null;
}

/** @returns what became of a draft, to be told to those who have it open; `null`: it is open, or there is none */
export async function draftEnd(
	database: Database,
	organizationId: string,
	id: string
): Promise<DraftOver | null> {
	const [row] = await inOrganization(database, organizationId, (transaction) =>
		rowsWhere(transaction, and(eq(drafts.organizationId, organizationId), eq(drafts.id, id)))
	);
	if (!row || row.state === 'open') return null;
	const { state, endedBy, endedAt } = row;
	return { type: 'draft-over', state, by: endedBy ?? '', at: endedAt?.getTime() ?? 0 };
}

/** @returns the doctors who have hours at a clinic, by name: one of them may be away */
export async function doctorsOfClinic(
	database: Database,
	actor: Actor,
	clinicId: string
): Promise<{ id: string; name: string }[]> {
	if (!mayDraft(actor, clinicId)) return [];
	const { organizationId } = actor;
	return forActor(database, actor, (transaction) =>
		transaction
			.selectDistinct({ id: practitioners.id, name: practitioners.name })
			.from(practitioners)
			.innerJoin(
				workingHours,
				and(
					eq(workingHours.organizationId, practitioners.organizationId),
					eq(workingHours.resourceId, practitioners.id)
				)
			)
			.where(
				and(eq(practitioners.organizationId, organizationId), eq(workingHours.clinicId, clinicId))
			)
			.orderBy(asc(practitioners.name))
	);
}

const ender = alias(users, 'ender');

type Row = Awaited<ReturnType<typeof rowsWhere>>[number];

function rowsWhere(transaction: Transaction, condition: ReturnType<typeof and>) {
	return transaction
		.select({
			...{ id: drafts.id, clinicId: drafts.clinicId, date: drafts.date, state: drafts.state },
			...{ sealedTitle: drafts.sealedTitle, madeAt: drafts.madeAt, endedAt: drafts.endedAt },
			...{ madeBy: users.name, endedBy: ender.name }
		})
		.from(drafts)
		.innerJoin(
			users,
			and(eq(users.organizationId, drafts.organizationId), eq(users.id, drafts.madeBy))
		)
		.leftJoin(
			ender,
			and(eq(ender.organizationId, drafts.organizationId), eq(ender.id, drafts.endedBy))
		)
		.where(condition)
		.orderBy(asc(drafts.madeAt), asc(drafts.id));
}

async function summaryOf(
	database: Database,
	{ organizationId }: Actor,
	{ sealedTitle, madeAt, endedAt, ...row }: Row
): Promise<DraftSummary> {
	return {
		...row,
		title: await unseal(
			database,
			sealFor(organizationId, 'drafts.sealed_title', row.id),
			sealedTitle
		),
		madeAt: madeAt.getTime(),
		endedAt: endedAt?.getTime() ?? null
	};
}
