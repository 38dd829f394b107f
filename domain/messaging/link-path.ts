/** Where a link in a message leads. Pure. */

/** @returns the path of a link's page: short, since it goes into an SMS */
export function linkPath(token: string): string {
	return `/l/${token}`;
}
