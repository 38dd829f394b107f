/** Which refusals are about what somebody may do or know, and not about what the schedule allows. */
import type { Refusal } from '../scheduling/refusals.ts';

/** @returns whether a refusal, or one of its parts, says 'not allowed' or 'not there' (which a stranger's id is) */
export function isDenial({ code, parts = [] }: Refusal): boolean {
	return (
		code === 'not-allowed' || code === 'not-found' || parts.some((part) => isDenial(part.refusal))
	);
}

/** What may stand in an address of ours and names nobody: ids, dates and keys. */
const NAMES_NOBODY = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2})$/i;

/** @returns the parts of an address that the audit may keep: whatever else somebody typed may be a name */
export function keepableParams(
	params: Readonly<Partial<Record<string, string>>>
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(params).filter(
			(entry): entry is [string, string] => entry[1] !== undefined && NAMES_NOBODY.test(entry[1])
		)
	);
}
