/** What came of the author's earlier intents, which they had not seen when they made this one. */
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../../access/actor.ts';
import { partsOf, subjectIdOf, type Intent } from '../intents.ts';
import { verdictsOf } from '../queries.ts';

/**
 * @returns by visit: the revisions that the intents named in `after` made. Only the actor's own count, whatever is
 *   named; one that was refused, or has no verdict, made none.
 */
export async function ownRevisionsOf(
	database: Database,
	actor: Actor,
	intent: Intent
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
	const named = partsOf(intent).flatMap((part) => {
		const after = 'after' in part ? (part.after ?? []) : [];
		return after.map((intentId) => ({ subjectId: subjectIdOf(part), intentId }));
	});
	const revisions = new Map<string, Set<number>>();
	if (named.length === 0) return revisions;
	const intentIds = [...new Set(named.map(({ intentId }) => intentId))];
	const verdicts = new Map(
		(await verdictsOf(database, actor, intentIds)).map((one) => [one.intentId, one])
	);
	for (const { subjectId, intentId } of named) {
		const verdict = verdicts.get(intentId);
		if (!verdict || verdict.outcome === 'refused') continue;
		const made = [verdict, ...(verdict.others ?? [])].find((one) => one.subjectId === subjectId);
		if (made) revisions.set(subjectId, (revisions.get(subjectId) ?? new Set()).add(made.revision));
	}
	return revisions;
}
