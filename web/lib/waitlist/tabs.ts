/** The pages about the waitlist, in the order in which they are offered. */
export type WaitlistTab = 'offers' | 'report';

export const WAITLIST_TABS: readonly {
	key: WaitlistTab;
	name: string;
	title: string;
	path: string;
}[] = [
	{ key: 'offers', name: 'Offers', title: 'Offers from the waitlist', path: '/waitlist/offers' },
	{ key: 'report', name: 'Report', title: 'How fairly times were given', path: '/waitlist/report' }
];

export interface WaitlistFrameData {
	organizationName: string;
	/** Whether there is a board to go back to. */
	hasBoard: boolean;
	/** Those that whoever looks may open. */
	tabs: WaitlistTab[];
	/** Whether whoever looks may change how times are offered. */
	hasSettings: boolean;
}
