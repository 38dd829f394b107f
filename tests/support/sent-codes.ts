/** Codes as they would have been sent: read from the messages that wait. */
import type pg from 'pg';
import type { Database } from '#db/database.ts';
import { sealFor } from '#db/encryption/sealed-columns.ts';
import { unseal } from '#db/encryption/sealing.ts';
import { directContentSchema, type DirectContent } from '#domain/messaging/direct-content.ts';
import { until } from './until.ts';

export interface SentCode extends DirectContent {
	code: string;
	channel: string;
}

/**
 * @param to an address or number; `null`: any
 * @param organizationId left out: of whichever
 * @returns the codes that were sent, the oldest first
 */
export async function codesSentTo(
	{ database, owner }: { database: Database; owner: pg.Client },
	to: string | null,
	organizationId?: string
): Promise<SentCode[]> {
	const { rows } = await owner.query<{
		organization_id: string;
		id: string;
		sealed_content: string | null;
		channels: string[];
	}>(
		`SELECT organization_id, id, sealed_content, channels FROM messages
			WHERE kind = 'sign-in-code' AND organization_id = coalesce($1, organization_id) ORDER BY made_at, id`,
		[organizationId ?? null]
	);
	const sent: SentCode[] = [];
	for (const { organization_id, id, sealed_content, channels } of rows) {
		if (sealed_content === null) continue;
		const seal = sealFor(organization_id, 'messages.sealed_content', id);
		const content = directContentSchema.parse(
			JSON.parse(await unseal(database, seal, sealed_content))
		);
		if (to !== null && content.to !== to) continue;
		sent.push({ ...content, code: /\d{6}/.exec(content.short)![0], channel: channels[0]! });
	}
	return sent;
}

/** Waits for the code after `known` others. */
export async function codeSentTo(
	at: { database: Database; owner: pg.Client },
	to: string,
	known = 0
): Promise<string> {
	const sent = await until(async () => {
		const codes = await codesSentTo(at, to);
		return codes.length > known ? codes : null;
	}, `a code was sent to ${to}`);
	return sent.at(-1)!.code;
}
