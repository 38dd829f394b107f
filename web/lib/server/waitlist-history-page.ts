/** What was done with times that became free: who was considered, who was asked, what came of it. */
import { error } from '@sveltejs/kit';
import type { Actor } from '#domain/access/actor.ts';
import {
	historyCursorSchema,
	historyFilterSchema,
	type HistoryPage
} from '#domain/waitlist/offer-history.ts';
import { readOfferHistory } from '#domain/waitlist/queries/offer-history.ts';
import type { HistoryPageData } from '#web/lib/waitlist/page-data.ts';
import { givenIn } from './audit-page.ts';
import { database } from './database.ts';
import { waitlistFrame } from './waitlist-frame.ts';

const ROWS_A_PAGE = 20;
const NOTHING: HistoryPage = { rows: [], next: null };

/** @returns a page of it, for those who may read the waitlist */
export async function historyPage(actor: Actor, search: URLSearchParams): Promise<HistoryPageData> {
	const { frame, clinics } = await waitlistFrame(actor, 'offers');
	const { after, ...asked } = givenIn(search);
	const filter = historyFilterSchema.safeParse(asked);
	const cursor = after === undefined ? undefined : historyCursorSchema.safeParse(after).data;
	const found = filter.success
		? await readOfferHistory(database(), actor, {
				...{ filter: filter.data, after: cursor, limit: ROWS_A_PAGE }
			})
		: null;
	if (found?.ok === false) error(403, 'You do not have permission to read the waitlist.');
	return {
		...{ frame, clinics, page: found?.value ?? NOTHING, now: Date.now() },
		asked: asked as HistoryPageData['asked'],
		problem: filter.success ? null : filter.error.issues[0]!.message,
		isFirst: cursor === undefined
	};
}
