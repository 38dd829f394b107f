/** Who is a child, for whom somebody else may act. Pure. */

/** With this birthday a patient acts alone. */
export const OF_AGE_YEARS = 18;

/**
 * @param birthDate `YYYY-MM-DD`; `null`: not known, and then no child
 * @param today local date, `YYYY-MM-DD`
 */
export function isChild(birthDate: string | null, today: string): boolean {
	if (birthDate === null || birthDate > today) return false;
	return birthDate > lastBirthDateOfAge(today);
}

/** @returns the last birth date of those who are of age, `YYYY-MM-DD` */
export function lastBirthDateOfAge(today: string): string {
	return Temporal.PlainDate.from(today).subtract({ years: OF_AGE_YEARS }).toString();
}

/** @returns the day of an instant (epoch milliseconds) on which birthdays are reckoned */
export function dayOf(now: number): string {
	return Temporal.Instant.fromEpochMilliseconds(now).toString().slice(0, 10);
}
