/** What staff say of offers: the schemas are the edge. Pure. */
import { z } from 'zod';
import { instantSchema } from '../scheduling/intents.ts';
import { MAX_OFFER_REASON } from './offer.ts';

/** Why something was done by hand: somebody reads it. */
export const offerReasonSchema = z
	.string()
	.trim()
	.min(3, 'Please say why, in a few words.')
	.max(MAX_OFFER_REASON, 'This is too long.')
	.refine((text) => !text.includes('\0') && text.isWellFormed(), {
		message: 'holds characters that cannot be stored'
	});

/** A free time for an entry: for its service, as long as that takes with the doctor. */
export const chosenTimeSchema = z.strictObject({
	clinicId: z.uuid(),
	practitionerId: z.uuid(),
	roomId: z.uuid(),
	startsAt: instantSchema
});
export type ChosenTime = z.infer<typeof chosenTimeSchema>;
