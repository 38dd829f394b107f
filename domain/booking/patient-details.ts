/** Who somebody says they are when they book by themselves. The edge: nothing that fails this is stored. */
import { z } from 'zod';

/** What is wrong with a field; the pages have words for it in each language. */
export const DETAIL_FAULTS = [
	'missing',
	'too-long',
	'not-a-name',
	'not-a-date',
	'in-the-future',
	'too-long-ago',
	'not-a-phone',
	'not-an-email',
	'contact-missing',
	'consent-missing'
] as const;
export type DetailFault = (typeof DETAIL_FAULTS)[number];

export const MAX_NAME_LENGTH = 80;
const MAX_CONTACT_LENGTH = 120;
/** Nobody who books was born before. */
const OLDEST_YEARS = 125;

const fault = (code: DetailFault) => ({ message: code });

/** Letters of any script, and what stands between them in names. */
const NAME = /^[\p{L}\p{M}][\p{L}\p{M}'’.\- ]*$/u;

export const nameField = z
	.string(fault('missing'))
	.trim()
	.min(1, fault('missing'))
	.max(MAX_NAME_LENGTH, fault('too-long'))
	.refine((text) => NAME.test(text), fault('not-a-name'));

const optional = z
	.string()
	.trim()
	.max(MAX_CONTACT_LENGTH, fault('too-long'))
	.transform((text) => (text === '' ? null : text))
	.default(null);

export const phoneField = optional
	.refine((text) => text === null || /^\+?[\d ()/.-]+$/.test(text), fault('not-a-phone'))
	.refine((text) => {
		const digits = text?.replace(/\D/g, '').length ?? 0;
		return text === null || (digits >= 6 && digits <= 15);
	}, fault('not-a-phone'));

export const emailField = optional
	.transform((text) => text?.toLowerCase() ?? null)
	.refine((text) => text === null || z.email().safeParse(text).success, fault('not-an-email'));

function isDate(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	try {
		return Temporal.PlainDate.from(text).toString() === text;
	} catch {
		return false;
	}
}

/** @param today local date, `YYYY-MM-DD` */
export function birthDateField(today: string) {
	const earliest = Temporal.PlainDate.from(today).subtract({ years: OLDEST_YEARS }).toString();
	return z
		.string(fault('missing'))
		.trim()
		.min(1, fault('missing'))
		.refine(isDate, { ...fault('not-a-date'), abort: true })
		.refine((date) => date <= today, fault('in-the-future'))
		.refine((date) => date >= earliest, fault('too-long-ago'));
}

/** @param today local date at the clinic, `YYYY-MM-DD` */
export function patientDetailsSchema(today: string) {
	return z
		.object({
			givenName: nameField,
			familyName: nameField,
			birthDate: birthDateField(today),
			phone: phoneField,
			email: emailField,
			/** That the clinic may keep this and use it for the visit. */
			consent: z.literal('yes', fault('consent-missing'))
		})
		.refine(({ phone: number, email: address }) => number !== null || address !== null, {
			...fault('contact-missing'),
			path: ['phone']
		});
}
export type PatientDetails = z.output<ReturnType<typeof patientDetailsSchema>>;
