/** Why patients cancel, as they choose it and as it is stored. Pure. */
import type { CancelReason } from '../scheduling/intents.ts';

/** What patients choose from; the last one stands for whatever else it is. */
export const PATIENT_CANCEL_REASONS = [
	'patient-ill',
	'patient-prevented',
	'not-needed',
	'patient-asked'
] as const satisfies CancelReason[];
export type PatientCancelReason = (typeof PATIENT_CANCEL_REASONS)[number];
