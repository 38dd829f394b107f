/** The log of messages: what was sent, what waits, what failed; and what can be done about it. */
import { error, fail, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { holdBackMessage } from '#domain/messaging/commands/hold-back.ts';
import { retryMessage } from '#domain/messaging/commands/retry.ts';
import {
	messageCursorSchema,
	messageFilterSchema,
	type MessageFilter,
	type MessagePage
} from '#domain/messaging/message-log.ts';
import { searchMessages } from '#domain/messaging/queries/search-messages.ts';
import type { Result } from '#domain/scheduling/refusals.ts';
import type { LogPageData } from '#web/lib/messaging/page-data.ts';
import { givenIn } from './audit-page.ts';
import { database } from './database.ts';
import { messagesFrame } from './messages-frame.ts';

const ROWS_A_PAGE = 50;
/** Where an organization has no clinic yet. */
const NO_CLINICS_ZONE = 'UTC';

const NOTHING: MessagePage = { rows: [], next: null };

/** @returns everything that the page shows, for those who may read messages */
export async function messagesPage(actor: Actor, search: URLSearchParams): Promise<LogPageData> {
	const { frame, clinics } = await messagesFrame(actor);
	const zone = clinics[0]?.zone ?? NO_CLINICS_ZONE;
	const { after, ...asked } = givenIn(search);
	const filter = messageFilterSchema.safeParse(asked);
	const cursor = after === undefined ? undefined : messageCursorSchema.safeParse(after).data;
	const now = Date.now();
	const wish = { zone, after: cursor, limit: ROWS_A_PAGE, now };
	const found = filter.success
		? await searchMessages(database(), actor, { ...wish, filter: filter.data })
		: null;
	if (found?.ok === false) error(403, 'You do not have permission to read messages.');
	return {
		...{ frame, clinics, zone, now, page: found?.value ?? NOTHING },
		// As it was typed, so that it can be mended.
		asked: asked as Partial<Record<keyof MessageFilter, string>>,
		problem: filter.success ? null : filter.error.issues[0]!.message,
		isFirst: cursor === undefined
	};
}

const choice = z.object({ message: z.uuid() });

/** Forms that name one message; they work without scripts. */
function onMessage(
	command: (actor: Actor, messageId: string) => Promise<Result<unknown>>,
	refused: string
) {
	return async ({ locals, request }: RequestEvent) => {
		const parsed = choice.safeParse(Object.fromEntries(await request.formData()));
		if (!parsed.success) return fail(400, { told: 'This message is not there.' });
		const done = await command(locals.actor!, parsed.data.message);
		if (done.ok) return { message: parsed.data.message };
		const { code } = done.refusal;
		if (code === 'not-found') return fail(404, { told: 'This message is not there.' });
		if (code === 'not-allowed') return fail(403, { told: 'You may only read messages.' });
		return fail(409, { told: refused });
	};
}

export const MESSAGES_ACTIONS = {
	retry: onMessage(
		(actor, id) => retryMessage(database(), actor, id),
		'This message cannot be sent again: it did not fail, or it is on its way.'
	),
	holdBack: onMessage(
		(actor, id) => holdBackMessage(database(), actor, id),
		'This message is no longer waiting, so it cannot be kept back.'
	)
};
