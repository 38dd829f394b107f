/** What a patient asks for when looking for a doctor. */
import { z } from 'zod';

const MAX_TEXT_LENGTH = 80;
const choice = z.string().trim().max(100).optional().catch(undefined);

/** Read from an address: what makes no sense there is left out, not refused. */
export const doctorSearchSchema = z.object({
	text: z.string().trim().max(MAX_TEXT_LENGTH).optional().catch(undefined),
	specialty: choice,
	/** Code of ISO 639. */
	language: choice,
	/** As addresses name it. */
	clinic: choice
});
export type DoctorSearch = z.infer<typeof doctorSearchSchema>;
