/** What the page of a draft gets from its load function. */
import type { DraftSummary } from '#domain/drafts/draft-summary.ts';
import type { BoardPageData } from '#web/lib/panels/page-data.ts';

export interface DraftPageData extends BoardPageData {
	draft: DraftSummary;
	/** A doctor who is away as soon as the draft opens: it was made for that. */
	awayFrom: string | null;
}
