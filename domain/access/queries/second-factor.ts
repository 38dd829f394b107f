/** Whether an account has a second factor, and whether it has to. */
import { and, count, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { organizations, recoveryCodes, secondFactors, users } from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import type { SecondFactor } from '../second-factor.ts';

export interface FactorSituation {
	factor: SecondFactor;
	/**
	 * The organization requires one. Whoever is signed in when it begins to goes on working, and is led to set one up
	 * at the next sign-in.
	 */
	isRequired: boolean;
	/** `false`: signs in through the organization's provider alone. */
	hasPassword: boolean;
}

export function readFactor(
	database: Database,
	account: { organizationId: string; userId: string }
): Promise<FactorSituation> {
	return inOrganization(database, account.organizationId, (transaction) =>
		factorSituation(transaction, account)
	);
}

/** The same within a transaction. */
export async function factorSituation(
	transaction: Transaction,
	{ organizationId, userId }: { organizationId: string; userId: string }
): Promise<FactorSituation> {
	const [found] = await transaction
		.select({
			settings: organizations.settings,
			passwordHash: users.passwordHash,
			sealedSecret: secondFactors.sealedSecret,
			confirmedAt: secondFactors.confirmedAt
		})
		.from(users)
		.innerJoin(organizations, eq(organizations.id, users.organizationId))
		.leftJoin(
			secondFactors,
			and(
				eq(secondFactors.organizationId, users.organizationId),
				eq(secondFactors.userId, users.id)
			)
		)
		.where(and(eq(users.organizationId, organizationId), eq(users.id, userId)));
	if (!found) throw new Error('there is no such account');
	const { settings, passwordHash, sealedSecret, confirmedAt } = found;
	const rest = {
		isRequired: settings.secondFactor === 'required',
		hasPassword: passwordHash !== null
	};
	if (sealedSecret === null) return { factor: { state: 'off' }, ...rest };
	if (confirmedAt === null) return { factor: { state: 'setting-up' }, ...rest };
	const [left] = await transaction
		.select({ count: count() })
		.from(recoveryCodes)
		.where(
			and(
				...[eq(recoveryCodes.organizationId, organizationId), eq(recoveryCodes.userId, userId)],
				isNull(recoveryCodes.usedAt)
			)
		);
	return {
		factor: {
			...{ state: 'on', confirmedAt: confirmedAt.getTime() },
			recoveryCodesLeft: left!.count
		},
		...rest
	};
}
