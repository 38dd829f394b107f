/** An empty page that starts the app: the service worker shows it at a board's address while there is no line. */
export const ssr = false;
