/** What can be claimed or has hours of its own. */
export const RESOURCE_KINDS = [
	'clinic',
	'practitioner',
	'room',
	'equipment',
	'staff',
	'patient'
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/**
 * Rooms and devices that have no hours of their own are there whenever the clinic is open, and a clinic without
 * opening hours is always open. People only come when somebody said so.
 */
export function isAlwaysThere(kind: ResourceKind): boolean {
	return kind === 'clinic' || kind === 'room' || kind === 'equipment';
}
