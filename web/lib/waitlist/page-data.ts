/** What the pages about the waitlist are given. */
import type { HistoryFilter, HistoryPage } from '#domain/waitlist/offer-history.ts';
import type { WaitlistReport } from '#domain/waitlist/report.ts';
import type { WaitlistSetup } from '#domain/waitlist/settings.ts';
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
