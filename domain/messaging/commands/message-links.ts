/** Makes the links that messages carry: each does one thing, once, until it expires. */
import { derivedId } from '../../../db/derived-id.ts';
import type { Keyring } from '../../../db/encryption/keyring.ts';
import { signLink } from '../../../db/encryption/link-token.ts';
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

/** Their paths, by what following them does. */
export type LinkPaths = Partial<Record<LinkAction, string>>;

/**
 * Makes links within the transaction of their message, or finds those that the message has already.
 * @param keyring the operator's, `database.keyring`
 * @returns their paths
 */
export async function makeLinks(
	transaction: Transaction,
	keyring: Keyring,
	wish: LinksWish
): Promise<LinkPaths> {
	const [paths] = await makeLinksOfMany(transaction, keyring, [wish]);
	return paths!;
}

const MAKE = `INSERT INTO message_links (organization_id, id, action, patient_id, appointment_id, offer_id, message_id, about_start,
		expires_at)
	SELECT $1, l.id, l.action, l."patientId", l."appointmentId", l."offerId", l."messageId", a.starts_at,
		to_timestamp(l."expiresAt" / 1000)
	FROM json_to_recordset($2) AS l(id uuid, action text, "patientId" uuid, "appointmentId" uuid, "offerId" uuid,
		"messageId" uuid, "expiresAt" float8)
	LEFT JOIN appointments a ON a.organization_id = $1 AND a.id = l."appointmentId"
	ON CONFLICT DO NOTHING`;

/** The same for many messages of one organization: one statement. @returns for each wish its paths, in order */
export async function makeLinksOfMany(
	{ $client }: Transaction,
	keyring: Keyring,
	wishes: readonly LinksWish[]
): Promise<LinkPaths[]> {
	const made = wishes.map((wish) =>
		wish.actions.map((action) => ({ action, id: idOf(action, wish) }))
	);
	const rows = wishes.flatMap(({ patientId, appointmentId, offerId, messageId, expiresAt }, at) =>
		made[at]!.map((link) => ({
			...{ ...link, patientId, appointmentId, offerId, messageId },
			expiresAt: expiresAt.getTime()
		}))
	);
	if (rows.length > 0) {
		await $client.query({
			...{ name: 'make_links', text: MAKE },
			values: [wishes[0]!.organizationId, JSON.stringify(rows)]
		});
	}
	return made.map((links) =>
		Object.fromEntries(
			links.map(({ id, action }) => [action, linkPath(signLink(keyring, { id, action }))])
		)
	);
}

function idOf(action: LinkAction, wish: LinksWish): string {
	return wish.messageId === undefined
		? crypto.randomUUID()
		: idWithin(wish.messageId, action, wish);
}

/** Always the same for one message, action and visit or offer. */
function idWithin(
	messageId: string,
	action: LinkAction,
	{ organizationId, appointmentId, offerId }: LinksWish
): string {
	return derivedId(`${organizationId}/${messageId}/${action}/${appointmentId ?? offerId ?? ''}`);
}
