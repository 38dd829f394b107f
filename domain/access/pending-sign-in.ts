/** Between the right password and the second step: nobody is signed in yet. */

/** The cookie that says whose second step it is. */
export const PENDING_COOKIE = 'dayboard_second_step';

/** For so long the second step may take. */
export const PENDING_MINUTES = 10;

/**
 * `code`: the account has a second factor. `set-up`: its organization requires one and it has none: it gets no session
 * before one is confirmed.
 */
export type PendingStep = 'code' | 'set-up';
