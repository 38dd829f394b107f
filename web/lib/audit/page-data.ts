/** What the audit's page is given. */
import type { AuditFilter, AuditPage, ChainState } from '#domain/access/audit-search.ts';
import type { OrganizationFrameData } from '#web/lib/organization/tabs.ts';

export interface AuditPageData {
	frame: OrganizationFrameData;
	people: { id: string; name: string }[];
	clinics: { id: string; name: string; zone: string }[];
	/** Of the first clinic: in it days are meant. */
	zone: string;
	page: AuditPage;
	/** As it was typed. */
	asked: Partial<Record<keyof AuditFilter, string>>;
	/** What is wrong with it; `null`: nothing. */
	problem: string | null;
	/** Whether the newest entries are shown. */
	isFirst: boolean;
	chain: ChainState;
	statusLabels: Record<string, { label: string }>;
	/** Epoch milliseconds. */
	now: number;
}
