/** The public site as its administrator keeps it. */
import { asc, desc, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { practitioners, siteAddresses, sites } from '../../../db/schema/index.ts';
import { forActor } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { SITE_LANGUAGES, textsIn, type SiteLanguage, type SiteTexts } from '../site.ts';
import { aboutInOthers, type SiteSetup } from '../site-setup.ts';

/** @returns what `/organization/site` shows, for those who may change it */
export async function readSiteSetup(database: Database, actor: Actor): Promise<Result<SiteSetup>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'site.write', everywhere)) return refuse('not-allowed');
	return forActor(database, actor, async (transaction) => {
		const [stored] = await transaction
			.select()
			.from(sites)
			.where(eq(sites.organizationId, organizationId));
		const addresses = await transaction
			.select({ slug: siteAddresses.slug })
			.from(siteAddresses)
			.where(eq(siteAddresses.organizationId, organizationId))
			.orderBy(desc(siteAddresses.since), asc(siteAddresses.slug));
		const doctors = await transaction
			.select()
			.from(practitioners)
			.where(eq(practitioners.organizationId, organizationId))
			.orderBy(asc(practitioners.name));
		return accept({
			site: stored
				? {
						...{ revision: stored.revision, slug: stored.slug, hue: stored.hue },
						currency: stored.currency,
						...{ published: stored.published, specialties: stored.specialties },
						logo: stored.logo,
						texts: Object.fromEntries(
							SITE_LANGUAGES.map((language) => [language, textsIn(stored.texts, language)])
						) as Record<SiteLanguage, SiteTexts>,
						formerSlugs: addresses.map(({ slug }) => slug).filter((slug) => slug !== stored.slug)
					}
				: null,
			doctors: doctors.map(({ id, name, specialty, listed, languages, about, translations }) => ({
				...{ id, name, specialty, listed, languages, about: about.trim() },
				aboutIn: aboutInOthers(translations)
			}))
		});
	});
}
