/** How an organization's waitlist works. */
import { asc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { organizations, services } from '../../../db/schema/index.ts';
import { forActor, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { waitlistSettingsOf, type WaitlistSettings, type WaitlistSetup } from '../settings.ts';

/** @returns what is in force: the product's own where nothing was chosen */
export async function readWaitlistSettings(
	transaction: Transaction,
	organizationId: string
): Promise<WaitlistSettings> {
	const [organization] = await transaction
		.select({ settings: organizations.settings })
		.from(organizations)
		.where(eq(organizations.id, organizationId));
	return waitlistSettingsOf(organization?.settings.waitlist);
}

/** The same for those who may change it. @returns `not-allowed` for those who may not */
export async function readWaitlistSetup(
	database: Database,
	actor: Actor
): Promise<Result<WaitlistSetup>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'waitlist-rule.write', everywhere)) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const settings = await readWaitlistSettings(transaction, organizationId);
		const offered = await transaction
			.select({ id: services.id, name: services.name })
			.from(services)
			.where(eq(services.organizationId, organizationId))
			.orderBy(asc(services.name), asc(services.id));
		return accept({ settings, services: offered });
	});
}
