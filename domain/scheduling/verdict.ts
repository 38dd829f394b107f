/** The answer to an intent. Stored with the intent's id in the transaction that carried it out. */
import type { Refusal } from './refusals.ts';

export type Verdict =
	| {
			intentId: string;
			outcome: 'accepted';
			/** The appointment or block that was changed, and the revision it has now. */
			subjectId: string;
			revision: number;
			/** The others, of several that were changed together. */
			others?: { subjectId: string; revision: number }[];
	  }
	| { intentId: string; outcome: 'refused'; refusal: Refusal };
