/** What waits for somebody of the staff to do. Pure. */

export const TASK_KINDS = ['contact', 'failed-message', 'ask-about-visit'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];
