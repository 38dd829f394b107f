/** Changing what an organization chooses for itself. */
import { eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { organizations } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { Actor } from '../actor.ts';
import { authorize } from '../authorize.ts';
import type { OrganizationSettingsInput } from '../organization-settings.ts';
import { settingsOf } from '../queries/settings.ts';
import { audit } from './audit.ts';

/** Stores all settings. Sessions that are open follow the new rules from their next use. */
export function saveSettings(
	database: Database,
	actor: Actor,
	input: OrganizationSettingsInput
): Promise<Result<null>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'settings.write', everywhere)) {
		return Promise.resolve(refuse('not-allowed'));
	}
	return forActor(database, actor, async (transaction) => {
		const [stored] = await transaction
			.select()
			.from(organizations)
			.where(eq(organizations.id, organizationId))
			.for('update');
		const before = settingsOf(stored!);
		const after = {
			...input,
			// An empty word is none: the product's own shows.
			statusLabels: Object.fromEntries(
				Object.entries(input.statusLabels).filter(([, word]) => word !== '')
			)
		};
		const { name, idleMinutes, maxHours, devices, secondFactor, statusLabels } = after;
		const { offlineHours, graceMinutes } = after;
		const fields = Object.keys(after).filter(
			(field) =>
				said(before[field as keyof typeof before]) !== said(after[field as keyof typeof after])
		);
		if (fields.length === 0) return accept(null);
		await transaction
			.update(organizations)
			.set({
				name,
				settings: {
					...stored!.settings,
					...{ secondFactor, statusLabels },
					sessions: { idleMinutes, maxHours, devices },
					offline: { hours: offlineHours },
					messages: { ...stored!.settings.messages, graceMinutes }
				}
			})
			.where(eq(organizations.id, organizationId));
		await audit(transaction, actor, {
			kind: 'settings-changed',
			subject: { kind: 'organization', id: organizationId },
			detail: { fields }
		});
		return accept(null);
	});
}

/** Comparable, whatever the order of an object's keys. */
function said(value: unknown): string {
	return value !== null && typeof value === 'object'
		? JSON.stringify(Object.entries(value).sort())
		: JSON.stringify(value);
}
