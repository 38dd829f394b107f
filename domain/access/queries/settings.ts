/** What an organization chose for itself. */
import { eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { organizations } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import { graceMinutesOf } from '../../messaging/grace.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import { authorize } from '../authorize.ts';
import {
	OFFLINE_HOURS,
	SESSION_DEFAULTS,
	type OrganizationSettingsInput
} from '../organization-settings.ts';

/** @returns the settings in force, the product's own where nothing was chosen */
export async function readOrganizationSettings(
	database: Database,
	actor: Actor
): Promise<Result<OrganizationSettingsInput>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'settings.read', everywhere)) return refuse('not-allowed');
	return accept(await chosenSettings(database, actor));
}

/** @returns the same for a page that shows only what everybody of the actor's organization may know */
export async function chosenSettings(
	database: Database,
	actor: Actor
): Promise<OrganizationSettingsInput> {
	const [stored] = await forActor(database, actor, (transaction) =>
		transaction.select().from(organizations).where(eq(organizations.id, actor.organizationId))
	);
	return settingsOf(stored!);
}

export function settingsOf({
	name,
	settings
}: Pick<typeof organizations.$inferSelect, 'name' | 'settings'>): OrganizationSettingsInput {
	return {
		name,
		...SESSION_DEFAULTS,
		...settings.sessions,
		secondFactor: settings.secondFactor ?? 'optional',
		offlineHours: settings.offline?.hours ?? OFFLINE_HOURS.usual,
		graceMinutes: graceMinutesOf(settings),
		statusLabels: settings.statusLabels ?? {}
	};
}
