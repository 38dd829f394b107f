/** The pages about the waitlist, in the order in which they are offered. */
export const WAITLIST_TABS = ['list', 'offers', 'report', 'import'] as const;
export type WaitlistTab = (typeof WAITLIST_TABS)[number];

export const TAB_PAGES: Record<WaitlistTab, { name: string; title: string; path: string }> = {
	list: { name: 'Waitlist', title: 'Waitlist', path: '/waitlist' },
	offers: { name: 'Offers', title: 'Offers from the waitlist', path: '/waitlist/offers' },
	report: { name: 'Report', title: 'How fairly times were given', path: '/waitlist/report' },
	import: { name: 'Import', title: 'Bring a list of people', path: '/waitlist/import' }
};

/** A way to one of the pages that go together. */
export interface Neighbour {
	name: string;
	path: string;
	isCurrent: boolean;
}

export interface WaitlistFrameData {
	organizationName: string;
	/** Whether there is a board to go back to. */
	hasBoard: boolean;
	/** Those that whoever looks may open. */
	neighbours: Neighbour[];
}
