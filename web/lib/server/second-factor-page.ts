/** The page of one's own second factor. */
import { fail, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import {
	makeRecoveryCodes,
	turnOffSecondFactor
} from '#domain/access/commands/keep-second-factor.ts';
import type { ProofAnswer } from '#domain/access/commands/prove-owner.ts';
import {
	abandonSecondFactor,
	beginOwnSecondFactor,
	confirmSecondFactor,
	secretBeingSetUp
} from '#domain/access/commands/second-factor.ts';
import { MAX_PASSWORD_LENGTH } from '#domain/access/password-rules.ts';
import { readFactor } from '#domain/access/queries/second-factor.ts';
import { database } from './database.ts';
import { codePicture } from './factor-picture.ts';
import { WRONG_CODE } from './second-step-page.ts';
import { waitWords } from './wait-words.ts';

export async function secondFactorPage(actor: Actor) {
	const situation = await readFactor(database(), actor);
	const isOpen = situation.factor.state === 'setting-up';
	const secret = isOpen ? await secretBeingSetUp(database(), actor) : null;
	return {
		...situation,
		secret: secret && { text: secret.text, picture: codePicture(secret.uri) }
	};
}

/** Which of the page's forms an answer belongs to. */
type Form = 'begin' | 'confirm' | 'codes' | 'off';

const text = z.string().max(MAX_PASSWORD_LENGTH);

async function typed({ request }: RequestEvent, name: string): Promise<string> {
	const parsed = text.safeParse((await request.formData()).get(name) ?? '');
	return parsed.success ? parsed.data : '';
}

function said(form: Form, message: string, recoveryCodes: string[] | null = null) {
	return { form, failed: false, message, recoveryCodes };
}

function refused(form: Form, answer: Exclude<ProofAnswer, { outcome: 'proven' }>) {
	const rest = { form, failed: true, recoveryCodes: null };
	switch (answer.outcome) {
		case 'locked': {
			const message = `Too many wrong tries. Please try again in ${waitWords(answer.until)}.`;
			return fail(429, { ...rest, message });
		}
		case 'code-needed':
			return fail(400, {
				...rest,
				message:
					'Your organization requires a second factor: this needs a code from your app or a recovery code.'
			});
		case 'wrong':
			return fail(400, { ...rest, message: form === 'begin' ? WRONG_PASSWORD : WRONG_PROOF });
	}
}

const WRONG_PASSWORD = 'This is not your password.';
const WRONG_PROOF = 'This is neither your password nor a code that fits. A code works only once.';

export const SECOND_FACTOR_ACTIONS = {
	begin: async (event: RequestEvent) => {
		const password = await typed(event, 'password');
		const answer = await beginOwnSecondFactor(database(), event.locals.actor!, password);
		return answer.outcome === 'proven' ? said('begin', '') : refused('begin', answer);
	},
	abandon: async ({ locals }: RequestEvent) => {
		await abandonSecondFactor(database(), locals.actor!);
		return said('begin', 'Nothing was changed.');
	},
	confirm: async (event: RequestEvent) => {
		const code = await typed(event, 'code');
		const answer = await confirmSecondFactor(database(), event.locals.actor!, code);
		const rest = { form: 'confirm' as const, failed: true, recoveryCodes: null };
		switch (answer.outcome) {
			case 'on':
				return said('confirm', 'Your second factor is on.', answer.recoveryCodes);
			case 'locked': {
				const message = `Too many wrong codes. Please try again in ${waitWords(answer.until)}.`;
				return fail(429, { ...rest, message });
			}
			case 'not-begun':
				return fail(409, { ...rest, message: 'This was ended or finished in another window.' });
			case 'wrong':
				return fail(400, { ...rest, message: WRONG_CODE });
		}
	},
	codes: async (event: RequestEvent) => {
		const proof = await typed(event, 'proof');
		const answer = await makeRecoveryCodes(database(), event.locals.actor!, proof);
		if (answer.outcome !== 'made') return refused('codes', answer);
		return said(
			'codes',
			'These are your new codes. The old ones fit no more.',
			answer.recoveryCodes
		);
	},
	off: async (event: RequestEvent) => {
		const form = await event.request.formData();
		if (form.get('sure') !== 'yes') {
			const message = 'Tick the box to say that you mean it.';
			return fail(400, { form: 'off' as const, failed: true, message, recoveryCodes: null });
		}
		const proof = text.safeParse(form.get('proof'));
		const answer = await turnOffSecondFactor(
			...[database(), event.locals.actor!],
			proof.success ? proof.data : ''
		);
		return answer.outcome === 'proven'
			? said('off', 'Your second factor is off. The recovery codes fit no more.')
			: refused('off', answer);
	}
};
