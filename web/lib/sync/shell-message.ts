/** What a board says to the service worker so that it can be opened without a line; `true` comes back on the port. */
export const KEEP_SHELL = 'keep-shell';
