/** What a password has to be. Length is what counts (NIST SP 800-63B): no rules about digits and signs. */
import { z } from 'zod';

export const MIN_PASSWORD_LENGTH = 12;
/** No password that anybody types is longer; argon2 is not made to work on megabytes. */
export const MAX_PASSWORD_LENGTH = 256;

const next = z
	.string()
	.min(MIN_PASSWORD_LENGTH, `The new password needs at least ${MIN_PASSWORD_LENGTH} characters.`)
	.max(MAX_PASSWORD_LENGTH, `The new password can have ${MAX_PASSWORD_LENGTH} characters at most.`);
const repeated = z.string().max(MAX_PASSWORD_LENGTH);

const IS_REPEATED = {
	path: ['repeated'],
	message: 'The new password and its repetition differ.'
};
const isRepeated = (typed: { next: string; repeated: string }) => typed.next === typed.repeated;

const IS_VARIED = { path: ['next'], message: 'The new password is too easy to guess.' };
/** The same letter over and over is as long as it is easy. */
const isVaried = (typed: { next: string }) => new Set(typed.next).size > 3;

/** For whoever has none yet, or forgot it. */
export const newPasswordSchema = z
	.strictObject({ next, repeated })
	.refine(isRepeated, IS_REPEATED)
	.refine(isVaried, IS_VARIED);

export const passwordChangeSchema = z
	.strictObject({
		current: z.string().min(1, 'Enter your present password.').max(MAX_PASSWORD_LENGTH),
		...{ next, repeated }
	})
	.refine(isRepeated, IS_REPEATED)
	.refine(({ current, next }) => next !== current, {
		path: ['next'],
		message: 'The new password is the same as the present one.'
	})
	.refine(isVaried, IS_VARIED);
export type PasswordChange = z.infer<typeof passwordChangeSchema>;
