/** Makes the links that messages carry: each does one thing, once, until it expires. */
import { sql, type SQL } from 'drizzle-orm';
import { derivedId } from '../../../db/derived-id.ts';
import type { Keyring } from '../../../db/encryption/keyring.ts';
import { signLink } from '../../../db/encryption/link-token.ts';
import { messageLinks } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import { linkPath } from '../link-path.ts';
import type { LinkAction } from '../message.ts';

/** For how long after its moment a link still says what became of it. */
export const LINKS_AFTER_MS = 86_400_000;

export interface LinksWish {
	organizationId: string;
	/** A link for each. */
	actions: readonly LinkAction[];
	/** As whom whoever has a link acts. */
	patientId: string;
	/** `null`: they are about no visit. */
	appointmentId: string | null;
	/** Of the waitlist. Left out: they answer none. */
	offerId?: string | null;
	/** The message that carries them: rendered again, it carries the same links. Left out: links of their own. */
	messageId?: string;
	expiresAt: Date;
}

/**
 * Makes links within the transaction of their message, or finds those that the message has already: one statement.
 * @param keyring the operator's, `database.keyring`
 * @returns their paths
 */
export async function makeLinks(
	transaction: Transaction,
	keyring: Keyring,
	wish: LinksWish
): Promise<Partial<Record<LinkAction, string>>> {
	const { organizationId, actions, patientId, appointmentId, messageId, expiresAt } = wish;
	const offerId = wish.offerId ?? null;
	if (actions.length === 0) return {};
	const links = actions.map((action) => ({
		action,
		id: messageId === undefined ? crypto.randomUUID() : idWithin(messageId, action, wish)
	}));
	await transaction
		.insert(messageLinks)
		.values(
			links.map(({ id, action }) => ({
				...{ organizationId, id, action, patientId, appointmentId, offerId },
				...{ messageId: messageId ?? null, expiresAt },
				aboutStart: startOf(organizationId, appointmentId)
			}))
		)
		.onConflictDoNothing();
	return Object.fromEntries(
		links.map(({ id, action }) => [action, linkPath(signLink(keyring, { id, action }))])
	);
}

function startOf(organizationId: string, appointmentId: string | null): SQL<Date> | null {
	if (appointmentId === null) return null;
	return sql`(select starts_at from appointments
		where organization_id = ${organizationId} and id = ${appointmentId})`;
}

/** Always the same for one message, action and visit or offer. */
function idWithin(
	messageId: string,
	action: LinkAction,
	{ organizationId, appointmentId, offerId }: LinksWish
): string {
	return derivedId(`${organizationId}/${messageId}/${action}/${appointmentId ?? offerId ?? ''}`);
}
