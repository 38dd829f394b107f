/** The page on which an administrator keeps the public site. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import { organizationName } from '#domain/directory/queries.ts';
import {
	makeSite,
	publishSite,
	saveDoctorOnSite,
	saveSite,
	saveSpecialties
} from '#domain/site/commands.ts';
import { changeLogo } from '#domain/site/commands/logo.ts';
import { readSiteSetup } from '#domain/site/queries/setup.ts';
import {
	doctorInputSchema,
	logoSchema,
	newSiteSchema,
	publishSchema,
	siteInputSchema,
	specialtiesSchema
} from '#domain/site/site-input.ts';
import { slugFrom } from '#domain/site/site.ts';
import { database } from './database.ts';
import { organizationAction, type Explain } from './organization-actions.ts';
import { organizationFrame } from './organization-frame.ts';

export async function siteSetupPage(actor: Actor, origin: string) {
	const frame = await organizationFrame(actor, 'site');
	const setup = await readSiteSetup(database(), actor);
	if (!setup.ok) error(403, 'You do not have permission to change the public site.');
	return {
		...{ frame, origin, setup: setup.value },
		/** For a new site. */
		proposal: slugFrom(await organizationName(database(), actor))
	};
}

const explain: Explain = ({ code, field }) =>
	Promise.resolve(
		code === 'invalid' && field === 'slug'
			? 'Somebody else has this address, or had it before. Please choose another one.'
			: undefined
	);

const explainStale =
	(words: string): Explain =>
	async (refusal, actor) =>
		refusal.code === 'stale-revision' ? words : explain(refusal, actor);

export const SITE_ACTIONS = {
	make: organizationAction(
		...([newSiteSchema, makeSite] as const),
		explainStale('Somebody made the site a moment ago. Please look at the page again.')
	),
	save: organizationAction(
		...([siteInputSchema, saveSite] as const),
		explainStale('Somebody else changed the site while you were writing. Nothing was saved yet.')
	),
	publish: organizationAction(
		...([publishSchema, publishSite] as const),
		explainStale('Somebody else changed the site a moment ago. Please look at it again.')
	),
	specialties: organizationAction(
		...([specialtiesSchema, saveSpecialties] as const),
		explainStale('Somebody else changed the site a moment ago. Please look at it again.')
	),
	logo: organizationAction(logoSchema, changeLogo),
	doctor: organizationAction(
		...([doctorInputSchema, saveDoctorOnSite] as const),
		explainStale('Somebody else changed this doctor’s page a moment ago. Please look at it again.')
	)
};
