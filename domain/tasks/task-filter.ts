/** Which tasks are asked for; stands in the address of the page. */
import { z } from 'zod';

/** What makes no sense is left out. */
export const taskFilterSchema = z.object({
	/** Of one clinic, or of none. */
	clinic: z
		.union([z.uuid(), z.literal('none')])
		.optional()
		.catch(undefined),
	done: z
		.literal('1')
		.transform(() => true)
		.or(z.literal('').transform(() => false))
		.default(false)
		.catch(false),
	/** The last task of the page before. */
	after: z.uuid().optional().catch(undefined)
});
export type TaskFilter = z.output<typeof taskFilterSchema>;

export const settleTaskSchema = z.strictObject({ id: z.uuid(), done: z.boolean() });
