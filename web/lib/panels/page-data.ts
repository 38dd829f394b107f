/** What the board's page gets from its load function; the shape of `boardPage` in lib/server. */
import type { BoardStoreOptions } from '#web/lib/board/board-store.svelte.ts';

/** Lists that come up beside the board. */
export type BoardList =
	'cancelled' | 'refused' | 'review' | 'queue' | 'waitlist' | 'history' | 'handover';

export interface BoardPageData extends Omit<BoardStoreOptions, 'clinicId' | 'zone'> {
	clinics: { id: string; name: string; zone: string }[];
	clinic: { id: string; name: string; zone: string };
	today: string;
	/** The first page about the organization that whoever looks may open. */
	organizationPath: string | null;
	/** How many tasks wait for whoever looks; `null`: tasks are not for them. */
	openTasks: number | null;
	/** How many wait for a time here; `null`: that is not for whoever looks. */
	waiting: number | null;
	/** How long after a change patients are told of it. */
	graceMinutes: number;
	/** The log of messages, for those who may read any. */
	messagesPath: string | null;
	/** The first page about the waitlist that whoever looks may open. */
	waitlistPath: string | null;
	actor: { userId: string; name: string; roles: string[] };
}
