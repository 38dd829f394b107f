/** What somebody passes on to reception: a change of theirs that could not be made. The edge. */
import { z } from 'zod';

export const MAX_REFUSED_TEXT = 500;

export const refusedChangeSchema = z.strictObject({
	/** Of the intent that was refused: passed on twice, it is one task. */
	intentId: z.string().min(1).max(255),
	/** The visit that it is about; of a booking there is none, but a patient. */
	appointmentId: z.uuid().optional(),
	patientId: z.uuid().optional(),
	/** What was wanted and why it could not be, in words. */
	text: z
		.string()
		.trim()
		.min(1, 'Please say what is to be done.')
		.max(MAX_REFUSED_TEXT, `This can have ${MAX_REFUSED_TEXT} characters at most.`)
		.refine(
			(typed) => !typed.includes('\0') && typed.isWellFormed(),
			'This holds characters that cannot be stored.'
		)
});
export type RefusedChange = z.infer<typeof refusedChangeSchema>;
