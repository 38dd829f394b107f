/** Makes the links that messages carry: each does one thing, once, until it expires. */
import { createHash } from 'node:crypto';
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

const MAKE = `INSERT INTO message_links (organization_id, id, action, patient_id, appointment_id, message_id, about_start,
		expires_at)
	SELECT $1, l.id, l.action, l."patientId", l."appointmentId", l."messageId", a.starts_at,
		to_timestamp(l."expiresAt" / 1000)
	FROM json_to_recordset($2) AS l(id uuid, action text, "patientId" uuid, "appointmentId" uuid, "messageId" uuid,
		"expiresAt" float8)
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
	const rows = wishes.flatMap(({ patientId, appointmentId, messageId, expiresAt }, at) =>
		made[at]!.map((link) => ({
			...{ ...link, patientId, appointmentId, messageId },
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

/** Always the same for one message, action and visit: a UUID of version 8, whose bits are ours to choose. */
function idWithin(
	messageId: string,
	action: LinkAction,
	{ organizationId, appointmentId }: LinksWish
): string {
	const bytes = createHash('sha256')
		.update(`${organizationId}/${messageId}/${action}/${appointmentId ?? ''}`)
		.digest();
	bytes[6] = (bytes[6]! & 0x0f) | 0x80;
	bytes[8] = (bytes[8]! & 0x3f) | 0x80;
	return bytes
		.toString('hex', 0, 16)
		.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
