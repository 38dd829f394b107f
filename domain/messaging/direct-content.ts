/** What a message that no rule writes says, and to whom. Pure. */
import { z } from 'zod';

export const directContentSchema = z.strictObject({
	/** An e-mail address, or a telephone number. */
	to: z.string().min(1).max(254),
	/** Of an e-mail. */
	subject: z.string().max(200),
	/** Of an e-mail; plain text. */
	body: z.string().max(10_000),
	/** Of an SMS. */
	short: z.string().max(480)
});
export type DirectContent = z.infer<typeof directContentSchema>;
