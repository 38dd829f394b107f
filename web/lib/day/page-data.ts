/** What the pages of a doctor's own day get from their load function; the shape of `dayPage` in lib/server. */
import type { OwnDay } from '#domain/scheduling/own-day.ts';
import type { BoardPageData } from '#web/lib/panels/page-data.ts';
import type { Theme } from '#web/lib/ui/theme.ts';

export interface DayPageData {
	/** `null`: whoever looks is no doctor. */
	doctorId: string | null;
	/** `YYYY-MM-DD` */
	date: string;
	today: string;
	view: 'day' | 'week';
	/** Whoever looks, at the first of their clinics. */
	frame: BoardPageData;
	/** The clinics at which the doctor is on that day. */
	boards: BoardPageData[];
	/** From Monday; empty where the day is shown. */
	week: OwnDay[];
	theme: Theme;
}
