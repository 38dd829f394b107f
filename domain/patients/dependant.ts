/** A child for whom a parent acts. Pure. */
import { z } from 'zod';
import { birthDateField, nameField } from '../booking/patient-details.ts';
import { isChild } from './age.ts';

/** No family has more; a program that makes patients up does. */
export const MOST_CHILDREN = 12;

/** @param today local date, `YYYY-MM-DD` */
export function childSchema(today: string) {
	return z.object({
		givenName: nameField,
		familyName: nameField,
		birthDate: birthDateField(today).refine((date) => isChild(date, today), {
			message: 'of-age'
		})
	});
}
export type ChildDetails = z.output<ReturnType<typeof childSchema>>;
