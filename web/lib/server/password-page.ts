/** The form with which somebody changes the own password. */
import { fail, type RequestEvent } from '@sveltejs/kit';
import { changePassword } from '#domain/access/commands/password.ts';
import { passwordChangeSchema } from '#domain/access/password-rules.ts';
import { database } from './database.ts';
import { waitWords } from './wait-words.ts';

export const PASSWORD_ACTIONS = {
	default: async ({ locals, request }: RequestEvent) => {
		const form = Object.fromEntries(await request.formData());
		const parsed = passwordChangeSchema.safeParse(form);
		if (!parsed.success)
			return fail(400, { changed: false, message: parsed.error.issues[0]!.message });
		const answer = await changePassword(database(), locals.actor!, parsed.data);
		switch (answer.outcome) {
			case 'changed':
				return {
					changed: true,
					message: 'Your password is changed. All other devices were signed out.'
				};
			case 'wrong':
				return fail(400, { changed: false, message: 'This is not your present password.' });
			case 'locked':
				return fail(429, {
					changed: false,
					message: `Too many wrong passwords. Please try again in ${waitWords(answer.until)}.`
				});
		}
	}
};
