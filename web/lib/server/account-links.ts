/** Handing a link over to its owner: by mail where there is a mail server, else by the administrator. */
import type { LinkPurpose } from '#domain/access/account-link.ts';
import type { Actor } from '#domain/access/actor.ts';
import { makeAccountLink } from '#domain/access/commands/links.ts';
import { readRecipient } from '#domain/access/queries/account-roles.ts';
import { accept, type Result } from '#domain/scheduling/refusals.ts';
import type { HandedOver } from '#web/lib/organization/handed-over.ts';
import { accountMail } from './account-mails.ts';
import { database } from './database.ts';
import { mailOrigin, sendMail, warnOfMail } from './mailer.ts';

/**
 * Makes a link for an account that the actor manages, and sends it.
 * @param pageOrigin where the administrator's own page is, for a link that is copied
 * @returns as `makeAccountLink`
 */
export async function handOverLink(
	actor: Actor,
	target: { userId: string; purpose: LinkPurpose },
	pageOrigin: string
): Promise<Result<HandedOver>> {
	const made = await makeAccountLink(database(), actor, target);
	if (!made.ok) return made;
	const { path, expiresAt } = made.value;
	const origin = mailOrigin();
	const recipient = origin && (await readRecipient(database(), actor, target.userId));
	if (recipient) {
		const { purpose } = target;
		const mail = accountMail({ ...recipient, purpose }, origin + path);
		const isTaken = await sendMail(actor.organizationId, mail);
		if (isTaken) return accept({ sentTo: recipient.email, link: null });
		warnOfMail();
	}
	const link = (origin ?? pageOrigin) + path;
	return accept({ sentTo: null, link, expiresAt, isUnsent: origin !== null });
}
