/** Whether weekly working hours can all be true at once. */
import type { WorkingHoursRule } from '../availability/working-hours.ts';

export interface HoursRule extends WorkingHoursRule {
	resourceId: string;
	clinicId: string;
}

/**
 * @param wanted a rule from the file
 * @param others rules of the same resource that hold already, at any clinic
 * @returns the field to blame and the reason, or `null` when nothing speaks against the rule
 */
export function judgeHours(
	wanted: HoursRule,
	others: readonly HoursRule[]
): { field: string; reason: string } | null {
	const met = others.filter((other) => other.weekday === wanted.weekday && daysMeet(wanted, other));
	if (wanted.kind === 'break') {
		const inside = met.some(
			(other) =>
				other.kind === 'work' &&
				other.clinicId === wanted.clinicId &&
				other.startMinute <= wanted.startMinute &&
				wanted.endMinute <= other.endMinute
		);
		if (!inside)
			return { field: 'from', reason: 'is a break outside the working hours of that day' };
	}
	const clash = met.find((other) => other.kind === wanted.kind && minutesMeet(wanted, other));
	if (!clash) return null;
	const where = clash.clinicId === wanted.clinicId ? '' : ' at another clinic';
	return {
		field: 'from',
		reason: `overlaps the hours from ${clock(clash.startMinute)} to ${clock(clash.endMinute)}${where} on that weekday`
	};
}

function minutesMeet(a: WorkingHoursRule, b: WorkingHoursRule): boolean {
	return a.startMinute < b.endMinute && b.startMinute < a.endMinute;
}

function daysMeet(a: WorkingHoursRule, b: WorkingHoursRule): boolean {
	return (
		(a.validFrom ?? '') <= (b.validTo ?? '9999-12-31') &&
		(b.validFrom ?? '') <= (a.validTo ?? '9999-12-31')
	);
}

function clock(minute: number): string {
	const two = (number: number) => String(number).padStart(2, '0');
	return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** @returns whether two sets of rules say the same, in any order. */
export function sameHours(a: readonly HoursRule[], b: readonly HoursRule[]): boolean {
	const said = (rules: readonly HoursRule[]) =>
		rules
			.map((rule) =>
				[
					rule.kind,
					rule.weekday,
					rule.startMinute,
					rule.endMinute,
					rule.validFrom ?? '',
					rule.validTo ?? '',
					rule.everyWeeks,
					rule.weekOf ?? ''
				].join('/')
			)
			.sort()
			.join(' ');
	return said(a) === said(b);
}
