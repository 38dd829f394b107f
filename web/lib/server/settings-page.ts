/** The page of an organization's settings. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { authorize } from '#domain/access/authorize.ts';
import { saveSettings } from '#domain/access/commands/settings.ts';
import { organizationSettingsSchema } from '#domain/access/organization-settings.ts';
import { readOrganizationSettings } from '#domain/access/queries/settings.ts';
import { DEFAULT_LABELS } from '#domain/directory/status-words.ts';
import { database } from './database.ts';
import { organizationAction } from './organization-actions.ts';
import { organizationFrame } from './organization-frame.ts';

export async function settingsPage(actor: Actor) {
	const { organizationId } = actor;
	const frame = await organizationFrame(actor, 'settings');
	const settings = await readOrganizationSettings(database(), actor);
	if (!settings.ok) error(403, 'You do not have permission to see the settings.');
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	return {
		...{ frame, settings: settings.value, defaultLabels: DEFAULT_LABELS },
		canWrite: authorize(actor, 'settings.write', everywhere)
	};
}

export const SETTINGS_ACTIONS = {
	save: organizationAction(organizationSettingsSchema, saveSettings)
};
