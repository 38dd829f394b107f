/** Whether a patient is written to at all, as staff say it. Pure. */
import { z } from 'zod';

export const patientMessagesSchema = z.strictObject({
	/** Nothing is sent, whatever the rules and the patient say. */
	messagesBlocked: z.boolean('Say whether messages are sent.'),
	/** Nobody is written to any more. */
	deceased: z.boolean('Say whether the patient has died.')
});
export type PatientMessages = z.infer<typeof patientMessagesSchema>;
