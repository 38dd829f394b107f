/** The picture in the head of a site's pages. */
import { eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { siteAddresses, siteLogos } from '../../../db/schema/index.ts';
import { findingOrganization, inOrganization } from '../../../db/transaction.ts';

/**
 * @param slug an address of the site, which need not be published: kiosks show it too
 * @returns `null` when there is none
 */
export async function readLogo(
	database: Database,
	slug: string
): Promise<{ mediaType: string; picture: Buffer } | null> {
	const [site] = await findingOrganization(database, (transaction) =>
		transaction
			.select({ organizationId: siteAddresses.organizationId })
			.from(siteAddresses)
			.where(eq(siteAddresses.slug, slug))
	);
	if (!site) return null;
	const { organizationId } = site;
	const [logo] = await inOrganization(database, organizationId, (transaction) =>
		transaction.select().from(siteLogos).where(eq(siteLogos.organizationId, organizationId))
	);
	return logo ? { mediaType: logo.mediaType, picture: logo.picture } : null;
}
