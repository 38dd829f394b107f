/** The answer to an intent. Stored with the intent's id in the transaction that carried it out. */
import type { Refusal } from './refusals.ts';

/** What of a visit people change on its own: see `field-by-field.ts`. */
export const VISIT_FIELDS = ['placement', 'status', 'confirmation', 'remark'] as const;
export type VisitField = (typeof VISIT_FIELDS)[number];

/** What is otherwise than its author could know when they asked. */
export type Adjustment =
	/** Somebody else had changed other fields of the visit; they stay as that one left them. */
	| { kind: 'changed-meanwhile'; subjectId: string; fields: VisitField[] }
	/** Other equipment or staff goes with it than before: what it had is taken there. */
	| { kind: 'other-support'; subjectId: string; supportIds: string[] };

interface CarriedOut {
	intentId: string;
	/** The appointment or block that was changed, and the revision it has now. */
	subjectId: string;
	revision: number;
	/** The others, of several that were changed together. */
	others?: { subjectId: string; revision: number }[];
}

export type Verdict =
	| (CarriedOut & { outcome: 'accepted' })
	/** Carried out, and something is otherwise than its author could know. */
	| (CarriedOut & { outcome: 'adjusted'; adjustments: Adjustment[] })
	| { intentId: string; outcome: 'refused'; refusal: Refusal };
