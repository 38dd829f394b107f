/** The picture in the head of a site's pages: a new one, whether it holds the name, none any more. */
import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { fileTypeFromBuffer } from 'file-type';
import type { Database } from '../../../db/database.ts';
import { siteLogos, sites } from '../../../db/schema/index.ts';
import type { Actor } from '../../access/actor.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import { auditSite, change, lockedSite } from '../commands.ts';
import { isLogoType, MAX_LOGO_BYTES } from '../logo.ts';
import type { LogoInput } from '../site-input.ts';

/**
 * Stores a picture in place of the one before; what it is, its bytes say.
 * @returns `invalid` with `size` or `kind` when it is none that can be shown
 */
export function putLogo(
	database: Database,
	actor: Actor,
	{ bytes, holdsName }: { bytes: Uint8Array; holdsName: boolean }
): Promise<Result<null>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		if (bytes.length > MAX_LOGO_BYTES) return refuse('invalid', { field: 'size' });
		const mediaType = (await fileTypeFromBuffer(bytes))?.mime;
		if (!isLogoType(mediaType)) return refuse('invalid', { field: 'kind' });
		if (!(await lockedSite(transaction, organizationId))) return refuse('not-found');
		const picture = Buffer.from(bytes);
		await transaction
			.insert(siteLogos)
			.values({ organizationId, mediaType, picture })
			.onConflictDoUpdate({ target: siteLogos.organizationId, set: { mediaType, picture } });
		const version = createHash('sha256').update(picture).digest('hex').slice(0, 16);
		await transaction
			.update(sites)
			.set({ logo: { version, holdsName } })
			.where(eq(sites.organizationId, organizationId));
		await auditSite(transaction, actor, ['logo']);
		return accept(null);
	});
}

/** Says whether the name stands in the picture, or takes it away. */
export function changeLogo(
	database: Database,
	actor: Actor,
	{ holdsName }: LogoInput
): Promise<Result<null>> {
	const { organizationId } = actor;
	return change(database, actor, async (transaction) => {
		const stored = await lockedSite(transaction, organizationId);
		if (!stored?.logo) return refuse('not-found');
		const own = eq(sites.organizationId, organizationId);
		const logo = holdsName === null ? null : { ...stored.logo, holdsName };
		await transaction.update(sites).set({ logo }).where(own);
		if (logo === null) {
			await transaction.delete(siteLogos).where(eq(siteLogos.organizationId, organizationId));
		}
		await auditSite(transaction, actor, ['logo']);
		return accept(null);
	});
}
