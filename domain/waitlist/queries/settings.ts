/** How an organization's waitlist works, for those who may change it. */
import { asc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { organizations, services } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { waitlistSettingsOf, type WaitlistSettings } from '../settings.ts';

export interface WaitlistSetup {
	/** What is in force: the product's own where nothing was chosen. */
	settings: WaitlistSettings;
	/** By name: what can be held back for approval. */
	services: { id: string; name: string }[];
}

/** @returns `not-allowed` for those who may not change it */
export async function readWaitlistSettings(
	database: Database,
	actor: Actor
): Promise<Result<WaitlistSetup>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'waitlist-rule.write', everywhere)) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const [stored] = await transaction
			.select({ settings: organizations.settings })
			.from(organizations)
			.where(eq(organizations.id, organizationId));
		const offered = await transaction
			.select({ id: services.id, name: services.name })
			.from(services)
			.where(eq(services.organizationId, organizationId))
			.orderBy(asc(services.name), asc(services.id));
		return accept({ settings: waitlistSettingsOf(stored!.settings.waitlist), services: offered });
	});
}
