/** Codes as they were sent: read from the messages that wait, or from the outbox once they are there. */
import type pg from 'pg';
import type { Database } from '#db/database.ts';
import { sealFor } from '#db/encryption/sealed-columns.ts';
import { unseal } from '#db/encryption/sealing.ts';
import type { DirectContent } from '#domain/messaging/direct-content.ts';
import { outboxContentSchema } from '#domain/messaging/outbox.ts';
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
		waiting: string | null;
		channels: string[];
		outbox_id: string | null;
		kept: string | null;
	}>(
		`SELECT m.organization_id, m.id, m.sealed_content AS waiting, m.channels, o.id AS outbox_id,
				o.sealed_content AS kept
			FROM messages m LEFT JOIN outbox o ON o.organization_id = m.organization_id AND o.message_id = m.id
			WHERE m.kind = 'sign-in-code' AND m.organization_id = coalesce($1, m.organization_id)
			ORDER BY m.made_at, m.id`,
		[organizationId ?? null]
	);
	const sent: SentCode[] = [];
	for (const { organization_id: organization, id, waiting, channels, outbox_id, kept } of rows) {
		const sealed = waiting ?? kept;
		if (sealed === null) continue;
		const seal = waiting
			? sealFor(organization, 'messages.sealed_content', id)
			: sealFor(organization, 'outbox.sealed_content', outbox_id!);
		const content = outboxContentSchema.parse(JSON.parse(await unseal(database, seal, sealed)));
		if (to !== null && content.to !== to) continue;
		const [code] = /\b\d{6}\b/.exec(content.short || content.body)!;
		sent.push({ ...content, code, channel: channels[0]! });
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
