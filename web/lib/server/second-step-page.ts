/** The pages between the password and the board: a code, or setting up the second factor that is required. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import { findPending, pendingSetUp } from '#domain/access/commands/pending-sign-ins.ts';
import { finishSetUp, finishSignIn, type StepAnswer } from '#domain/access/commands/second-step.ts';
import { PENDING_COOKIE } from '#domain/access/pending-sign-in.ts';
import { MAX_CODE_LENGTH } from '#domain/access/second-factor.ts';
import { SESSION_COOKIE } from '#domain/access/session-cookie.ts';
import { database } from './database.ts';
import { codePicture } from './factor-picture.ts';
import { beginAgain, giveSession, safeNext, visitorOf } from './sign-in-cookies.ts';
import { waitWords } from './wait-words.ts';

const typedCode = z.string().trim().min(1).max(MAX_CODE_LENGTH);

/** Nothing to load: whoever has no second step to do goes back to the password. */
export async function secondStepPage({ cookies, url, locals }: RequestEvent): Promise<void> {
	if (locals.actor) redirect(303, safeNext(url.searchParams.get('next')));
	const token = cookies.get(PENDING_COOKIE);
	const pending = token ? await findPending(database(), token) : null;
	if (!pending) beginAgain({ cookies, url });
	if (pending.step === 'set-up') redirect(303, `/sign-in/set-up-second-factor${url.search}`);
}

export async function setUpPage({ cookies, url }: RequestEvent) {
	const next = safeNext(url.searchParams.get('next'));
	const token = cookies.get(PENDING_COOKIE);
	const secret = token ? await pendingSetUp(database(), token) : null;
	if (secret) return { next, secret: { text: secret.text, picture: codePicture(secret.uri) } };
	// Just now it was set up: the recovery codes are still to be shown.
	if (!cookies.get(SESSION_COOKIE)) beginAgain({ cookies, url });
	return { next, secret: null };
}

export const SECOND_STEP_ACTIONS = {
	default: async (event: RequestEvent) => {
		const answer = await take(event, finishSignIn);
		if (answer.outcome !== 'signed-in') return refusal(event, answer);
		giveSession(event, answer);
		redirect(303, safeNext(event.url.searchParams.get('next')));
	}
};

export const SET_UP_ACTIONS = {
	default: async (event: RequestEvent) => {
		const answer = await take(event, finishSetUp);
		if (answer.outcome !== 'signed-in') return refusal(event, answer);
		giveSession(event, answer);
		return { message: null, recoveryCodes: answer.recoveryCodes ?? [] };
	}
};

async function take(event: RequestEvent, command: typeof finishSignIn): Promise<StepAnswer> {
	const token = event.cookies.get(PENDING_COOKIE);
	if (!token) return { outcome: 'over' };
	const form = await event.request.formData();
	const typed = typedCode.safeParse(form.get('code'));
	// Counted as well: what is no code is a wrong one.
	return command(database(), token, typed.success ? typed.data : '', visitorOf(event));
}

function refusal(event: RequestEvent, answer: Exclude<StepAnswer, { outcome: 'signed-in' }>) {
	if (answer.outcome === 'over') return beginAgain(event);
	if (answer.outcome === 'locked') {
		const message = `Too many wrong codes. Please try again in ${waitWords(answer.until)}.`;
		return fail(429, { message, recoveryCodes: null });
	}
	return fail(400, { message: WRONG_CODE, recoveryCodes: null });
}

export const WRONG_CODE =
	'This code does not fit, or it was used already. Wait for the next one and try again.';
