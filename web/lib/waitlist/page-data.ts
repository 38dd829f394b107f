/** What the pages about the waitlist are given. */
import type { HistoryFilter, HistoryPage } from '#domain/waitlist/offer-history.ts';
import type { Score } from '#domain/waitlist/score.ts';
import type { WaitlistReport } from '#domain/waitlist/report.ts';
import type { WaitlistSetup } from '#domain/waitlist/queries/settings.ts';
import type { OrganizationFrameData } from '#web/lib/organization/tabs.ts';
import type { WaitlistFrameData } from './tabs.ts';

export interface ClinicChoice {
	id: string;
	name: string;
	/** IANA zone. */
	zone: string;
}

export interface ReportPageData {
	frame: WaitlistFrameData;
	/** Those whose figures may be asked for. */
	clinics: ClinicChoice[];
	/** Local date at the first of them. */
	today: string;
	/** As it was typed, so that it can be mended. */
	asked: { from?: string; until?: string; clinic?: string };
	/** What is wrong with it; `null`: nothing. */
	problem: string | null;
	report: WaitlistReport;
}

export interface HistoryPageData {
	frame: WaitlistFrameData;
	clinics: ClinicChoice[];
	asked: Partial<Record<keyof HistoryFilter, string>>;
	problem: string | null;
	page: HistoryPage;
	isFirst: boolean;
	/** Epoch milliseconds. */
	now: number;
}

export interface WaitlistSettingsPageData extends WaitlistSetup {
	frame: OrganizationFrameData;
	/** Of the waitlist's own pages; `null`: whoever looks may open none. */
	waitlistPath: string | null;
	/** Local dates of the month that a dry run goes over. */
	month: { from: string; until: string };
	/** Of the clinics, by their ids: in them times are told. */
	clinics: ClinicChoice[];
}

/** Somebody who would have been asked first. */
export interface DryRunPerson {
	entryId: string;
	/** `null`: whoever looks may not know. */
	name: string | null;
	score: Score;
}

/** A time that would have gone to somebody else. */
export interface DryRunChange {
	openingId: string;
	clinicId: string;
	/** Epoch milliseconds. */
	startsAt: number;
	/** With the weights that hold; `null`: nobody. */
	now: DryRunPerson | null;
	/** With those that are tried; `null`: nobody. */
	then: DryRunPerson | null;
}

/** Some days of a dry run. */
export interface DryRunSlice {
	/** Times that became free and would have suited somebody. */
	times: number;
	changes: DryRunChange[];
}
