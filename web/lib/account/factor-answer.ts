/** What a form of the page of one's second factor is answered with. */
export interface FactorAnswer {
	form: 'begin' | 'confirm' | 'codes' | 'off';
	failed: boolean;
	message: string;
	/** Shown this once. */
	recoveryCodes: string[] | null;
}
