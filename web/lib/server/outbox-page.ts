/** What would have been sent, where no provider is set: for trying Dayboard out. */
import { error } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { mayReadOutbox, readOutbox } from '#domain/messaging/queries/outbox.ts';
import type { OutboxPageData } from '#web/lib/messaging/page-data.ts';
import { database } from './database.ts';
import { messagesFrame } from './messages-frame.ts';
import { mayOpenOutbox } from './outbox-access.ts';

const ENTRIES_A_PAGE = 30;
const NO_CLINICS_ZONE = 'UTC';
const NOT_FOR_YOU = 'The outbox is for administrators. Ask yours if you need it.';

const beforeSchema = z.coerce.number().int().min(0).max(8.64e15).optional();

/** @returns a page of the outbox, for those who set Dayboard up */
export async function outboxPage(actor: Actor, search: URLSearchParams): Promise<OutboxPageData> {
	if (!mayReadOutbox(actor)) error(403, NOT_FOR_YOU);
	if (!mayOpenOutbox(actor)) error(404, 'Messages are really sent here: there is no outbox.');
	const { frame, clinics } = await messagesFrame(actor);
	const before = beforeSchema.safeParse(search.get('before') ?? undefined).data;
	const read = await readOutbox(database(), actor, { limit: ENTRIES_A_PAGE, before });
	if (!read.ok) error(403, NOT_FOR_YOU);
	return {
		...{ frame, zone: clinics[0]?.zone ?? NO_CLINICS_ZONE, ...read.value },
		...{ isFirst: before === undefined, now: Date.now() }
	};
}
