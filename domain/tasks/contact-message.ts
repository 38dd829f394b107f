/** What somebody writes to a clinic through the public site. The edge: nothing that fails this is stored. */
import { z } from 'zod';
import { emailField, nameField, phoneField, type DetailFault } from '../booking/patient-details.ts';
import { SITE_LANGUAGES } from '../site/site.ts';

export const MAX_MESSAGE_LENGTH = 2_000;

const fault = (code: DetailFault) => ({ message: code });

/** The form. What is wrong is said by the codes of `DETAIL_FAULTS`. */
export const contactFormSchema = z
	.object({
		name: nameField,
		email: emailField,
		phone: phoneField,
		message: z
			.string(fault('missing'))
			.trim()
			// A browser counts a new line as one character and sends two.
			.transform((text) => text.replace(/\r\n/g, '\n'))
			.refine((text) => text !== '', fault('missing'))
			.refine((text) => text.length <= MAX_MESSAGE_LENGTH, fault('too-long'))
	})
	.refine(({ phone, email }) => phone !== null || email !== null, {
		...fault('contact-missing'),
		path: ['email']
	});
export type ContactForm = z.output<typeof contactFormSchema>;

/** As it is sealed in a task of the kind `contact`. */
export const contactMessageSchema = z.strictObject({
	name: z.string(),
	email: z.string().nullable(),
	phone: z.string().nullable(),
	message: z.string(),
	/** Of the page on which it was written. */
	language: z.enum(SITE_LANGUAGES)
});
export type ContactMessage = z.infer<typeof contactMessageSchema>;
