/** The page on which an organization says who on its waitlist is asked first, and how. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { localDateOf } from '#domain/availability/local-day.ts';
import { clinicsOf } from '#domain/directory/queries.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import { saveWaitlistSettings } from '#domain/waitlist/commands/settings.ts';
import { dryRunWishSchema } from '#domain/waitlist/dry-run.ts';
import { readWaitlistSetup } from '#domain/waitlist/queries/settings.ts';
import { tryWeights } from '#domain/waitlist/queries/try-weights.ts';
import { waitlistSettingsSchema } from '#domain/waitlist/settings.ts';
import type { WaitlistSettingsPageData } from '#web/lib/waitlist/page-data.ts';
import { database } from './database.ts';
import { organizationAction } from './organization-actions.ts';
import { organizationFrame } from './organization-frame.ts';
import { waitlistHome } from './waitlist-frame.ts';

/** Days that a dry run goes back. */
const MONTH_DAYS = 30;
/** Where an organization has no clinic yet. */
const NO_CLINICS_ZONE = 'UTC';

export async function waitlistSettingsPage(actor: Actor): Promise<WaitlistSettingsPageData> {
	const frame = await organizationFrame(actor, 'waitlist');
	const setup = await readWaitlistSetup(database(), actor);
	if (!setup.ok) error(403, 'You do not have permission to change the waitlist.');
	const clinics = await clinicsOf(database(), actor);
	const today = localDateOf(Date.now(), clinics[0]?.zone ?? NO_CLINICS_ZONE);
	const from = Temporal.PlainDate.from(today).subtract({ days: MONTH_DAYS - 1 });
	return {
		...{ frame, ...setup.value, clinics, month: { from: from.toString(), until: today } },
		waitlistPath: waitlistHome(actor)
	};
}

export const WAITLIST_SETTINGS_ACTIONS = {
	save: organizationAction(waitlistSettingsSchema, saveWaitlistSettings, explain),
	/** A part of a dry run: the page asks for one after the other. */
	dryRun: organizationAction(
		dryRunWishSchema,
		async (database, actor, wish) => {
			const [clinic] = await clinicsOf(database, actor);
			return tryWeights(database, actor, { ...wish, zone: clinic?.zone ?? NO_CLINICS_ZONE });
		},
		explain
	)
};

async function explain({ code, field }: Refusal): Promise<string | undefined> {
	if (code === 'not-found' && field === 'approveServiceIds') {
		return 'One of the services is no longer there. Please load the page again.';
	}
	if (code === 'not-allowed') return 'You do not have permission to change the waitlist.';
	return undefined;
}
