/** What the panel and the dashboard of the waitlist get from the server. */
import type { Urgency } from '#domain/waitlist/entry.ts';
import type {
	Age,
	SuitableTime,
	WaitingFigures,
	WaitingOrder,
	WaitingPerson
} from '#domain/waitlist/panel.ts';
import type { WaitlistFrameData } from './tabs.ts';

/** `known`: the patient waits for this service already; `null`: with an entry that may not be shown. */
export type SavedEntry = { id: string } | { known: WaitingPerson | null };

export interface TimesOfEntry {
	entry: WaitingPerson;
	times: SuitableTime[];
}

export interface WaitlistPageData {
	frame: WaitlistFrameData;
	figures: WaitingFigures;
	/** What stands in the address. */
	asked: {
		clinic?: string | undefined;
		service?: string | undefined;
		urgency?: Urgency | undefined;
		age?: Age | undefined;
		order?: WaitingOrder | undefined;
	};
	canWrite: boolean;
	/** A clinic whose patients may be searched; `null`: none. */
	clinicId: string | null;
	/** `YYYY-MM-DD` */
	today: string;
}
