/** Telling people that they were mentioned in a note. */
import { and, count, eq, gt, inArray, or, sql } from 'drizzle-orm';
import { derivedId } from '../../db/derived-id.ts';
import { appointments, tasks } from '../../db/schema/index.ts';
import type { Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { audit } from '../access/commands/audit.ts';
import { keptId } from '../kept-documents/queries.ts';
import { MENTIONS_AN_HOUR, type Mention } from './mention.ts';
import { readersOf, type NoteName } from './queries.ts';

/**
 * Leaves a task for each person whom a note mentions, in the transaction that stores the note. Each mention is told
 * once; whoever may not read the note, or wrote it alone, hears nothing.
 * @param authors who wrote since the note was stored last
 */
export async function tellMentioned(
	transaction: Transaction,
	{ organizationId, name }: { organizationId: string; name: NoteName },
	authors: readonly Actor[],
	mentions: readonly Mention[]
): Promise<void> {
	if (mentions.length === 0) return;
	const noteId = keptId(name);
	const wanted = mentions.map((mention) => ({
		...mention,
		taskId: derivedId(`${organizationId}/${noteId}/${mention.ref}/mention`)
	}));
	const told = await transaction
		.select({ id: tasks.id })
		.from(tasks)
		.where(
			and(
				eq(tasks.organizationId, organizationId),
				inArray(
					tasks.id,
					wanted.map(({ taskId }) => taskId)
				)
			)
		);
	const known = new Set(told.map(({ id }) => id));
	const madeBy = authors.length === 1 ? authors[0]!.userId : null;
	const untold = wanted.filter(({ taskId, userId }) => !known.has(taskId) && userId !== madeBy);
	if (untold.length === 0) return;
	const readers = new Set(
		(await readersOf(transaction, organizationId, name)).map(({ userId }) => userId)
	);
	const fresh = untold.filter(({ userId }) => readers.has(userId));
	const left = MENTIONS_AN_HOUR - (await lately(transaction, organizationId, noteId, madeBy));
	const rows = fresh.slice(0, Math.max(0, left));
	if (rows.length === 0) return;
	const place = await placeOf(transaction, organizationId, name);
	await transaction
		.insert(tasks)
		.values(
			rows.map(({ taskId, userId }) => ({
				...{ organizationId, id: taskId, kind: 'mention' as const, noteId, madeBy },
				...{ ...place, forUser: userId }
			}))
		)
		.onConflictDoNothing();
	for (const { taskId, userId } of rows) {
		await audit(transaction, authors.at(-1)!, {
			...{ kind: 'task-added', subject: { kind: 'task', id: taskId } },
			clinicId: place.clinicId,
			detail: { kind: 'mention', userId }
		});
	}
}

/** @returns how many were told within the last hour of this note, or by this person */
async function lately(
	transaction: Transaction,
	organizationId: string,
	noteId: string,
	madeBy: string | null
): Promise<number> {
	const [found] = await transaction
		.select({ count: count() })
		.from(tasks)
		.where(
			and(
				eq(tasks.organizationId, organizationId),
				eq(tasks.kind, 'mention'),
				gt(tasks.madeAt, sql`now() - interval '1 hour'`),
				or(eq(tasks.noteId, noteId), madeBy === null ? undefined : eq(tasks.madeBy, madeBy))
			)
		);
	return found!.count;
}

async function placeOf(transaction: Transaction, organizationId: string, name: NoteName) {
	if (name.kind === 'handover') return { clinicId: name.clinicId };
	const { appointmentId } = name;
	const [visit] = await transaction
		.select({ clinicId: appointments.clinicId })
		.from(appointments)
		.where(
			and(eq(appointments.organizationId, organizationId), eq(appointments.id, appointmentId))
		);
	return { clinicId: visit!.clinicId, appointmentId };
}
