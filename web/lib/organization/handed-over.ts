/** What became of a link that lets somebody in. */
export type HandedOver =
	| { sentTo: string; link: null }
	/** For the administrator to copy, this once. `isUnsent`: a mail was tried, and the server did not take it. */
	| { sentTo: null; link: string; expiresAt: number; isUnsent: boolean };
