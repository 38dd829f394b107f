/** How telephone numbers are compared: the same as `phone_key` of migration 0022. Pure. */

/** @returns the last nine digits: with or without the country's code it is the same number */
export function phoneKeyOf(number: string): string {
	return number.replace(/\D/g, '').slice(-9);
}

/**
 * @param number as somebody typed it
 * @returns it as providers want it: `+48601234567`; one without a country's code stays without
 */
export function diallable(number: string): string {
	const digits = number.replace(/\D/g, '');
	const isForeign = number.trim().startsWith('+') || digits.startsWith('00');
	return isForeign ? `+${digits.replace(/^00/, '')}` : digits;
}
