/** What the pages write into the log: which route or operation broke, in which request; nothing of what was sent. */
import { createLog } from '#db/log.ts';

export const log = createLog(process.env.LOG_LEVEL ?? 'warn');
