/** Whether a draft may be carried out by whoever asks, and is not over. */
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../../access/actor.ts';
import { refuse, type Result } from '../../scheduling/refusals.ts';
import { mayDraft } from '../draft-summary.ts';
import { draftPlace } from '../queries.ts';

/**
 * Judges the changes of a draft, and the draft itself before and after: whoever comes second is told that it is over,
 * and not that its visits have moved.
 */
export async function judgeDraft<T>(
	database: Database,
	actor: Actor,
	draftId: string,
	judgeChanges: () => Promise<Result<T>>
): Promise<Result<T>> {
	const before = await judgeState(database, actor, draftId);
	if (!before.ok) return before;
	const judged = await judgeChanges();
	if (judged.ok) return judged;
	const after = await judgeState(database, actor, draftId);
	return after.ok ? judged : after;
}

async function judgeState(
	database: Database,
	actor: Actor,
	draftId: string
): Promise<Result<null>> {
	const draft = await draftPlace(database, actor, draftId);
	if (!draft) return refuse('not-found', { field: 'draftId' });
	if (!mayDraft(actor, draft.clinicId)) return refuse('not-allowed', { field: 'draftId' });
	return draft.state === 'open' ? { ok: true, value: null } : refuse('draft-over');
}
