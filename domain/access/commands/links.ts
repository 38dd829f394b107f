/** Links that let somebody in once. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { accountLinks, users } from '../../../db/schema/index.ts';
import { newSecret, secretHash } from '../../../db/sessions.ts';
import { forActor } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { LinkPurpose } from '../account-link.ts';
import type { Actor } from '../actor.ts';
import { mayManage } from '../manage-account.ts';
import { readAssignments } from '../queries/account-roles.ts';
import { audit } from './audit.ts';

const HOUR_MS = 3_600_000;
const LASTS_MS: Record<LinkPurpose, number> = {
	invitation: 7 * 24 * HOUR_MS,
	'password-reset': HOUR_MS
};

/** @returns the link, shown this once, and until when it holds (epoch milliseconds) */
export function makeAccountLink(
	database: Database,
	actor: Actor,
	{ userId, purpose }: { userId: string; purpose: LinkPurpose }
): Promise<Result<{ path: string; expiresAt: number }>> {
	const { organizationId } = actor;
	return forActor(database, actor, async (transaction) => {
		const [account] = await transaction
			.select({ active: users.active })
			.from(users)
			.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
		if (!account) return refuse('not-found', { field: 'userId' });
		const roles = await readAssignments(transaction, organizationId, [userId]);
		if (!mayManage(actor, organizationId, roles)) return refuse('not-allowed');
		if (!account.active) return refuse('invalid', { field: 'userId' });
		const secret = newSecret();
		const expiresAt = Date.now() + LASTS_MS[purpose];
		await transaction.insert(accountLinks).values({
			...{ organizationId, id: secretHash(secret), userId, purpose },
			...{ madeBy: actor.userId, expiresAt: new Date(expiresAt) }
		});
		await audit(transaction, actor, {
			kind: 'link-made',
			subject: { kind: 'user', id: userId },
			detail: { purpose }
		});
		return accept({ path: `/account-link#${secret}`, expiresAt });
	});
}
