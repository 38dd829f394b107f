/** What can be known of handover notes without opening them. */
export interface HandoverNews {
	/** Rises with every change; 0: nothing was written. */
	revision: number;
	/** Whether whoever asks wrote last. */
	isOwn: boolean;
}
