/** Changing how an organization's waitlist works. */
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { organizations, services } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { audit } from '../../access/commands/audit.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { changedSettings, waitlistSettingsOf, type WaitlistSettings } from '../settings.ts';

/**
 * Stores all of it beside the organization's other settings. Offers that are out keep to what they were made with.
 * @returns `not-allowed`, or `not-found` with `approveServiceIds` where one is of no service of the organization
 */
export function saveWaitlistSettings(
	database: Database,
	actor: Actor,
	input: WaitlistSettings
): Promise<Result<null>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'waitlist-rule.write', everywhere)) {
		return Promise.resolve(refuse('not-allowed'));
	}
	return forActor(database, actor, async (transaction) => {
		// Whoever changes other settings at this moment takes the same row: neither loses what the other chose.
		const [stored] = await transaction
			.select({ settings: organizations.settings })
			.from(organizations)
			.where(eq(organizations.id, organizationId))
			.for('update');
		const { settings } = stored!;
		const approveServiceIds = [...new Set(input.approveServiceIds)];
		if (approveServiceIds.length > 0) {
			const known = await transaction
				.select({ id: services.id })
				.from(services)
				.where(
					and(eq(services.organizationId, organizationId), inArray(services.id, approveServiceIds))
				);
			if (known.length < approveServiceIds.length) {
				return refuse('not-found', { field: 'approveServiceIds' });
			}
		}
		const after = { ...input, approveServiceIds };
		const fields = changedSettings(waitlistSettingsOf(settings.waitlist), after);
		if (fields.length === 0) return accept(null);
		await transaction
			.update(organizations)
			.set({ settings: { ...settings, waitlist: { ...settings.waitlist, ...after } } })
			.where(eq(organizations.id, organizationId));
		await audit(transaction, actor, {
			kind: 'settings-changed',
			subject: { kind: 'organization', id: organizationId },
			detail: { fields: fields.map((field) => `waitlist.${field}`) }
		});
		return accept(null);
	});
}
