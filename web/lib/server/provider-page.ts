/** The page on which an organization's provider is set up, and what it can send. */
import { error, fail, type RequestEvent } from '@sveltejs/kit';
import type { z } from 'zod';
import type { Actor } from '#domain/access/actor.ts';
import { saveProvider } from '#domain/access/commands/provider.ts';
import { tryProvider } from '#domain/access/commands/provider-trial.ts';
import {
	providerSchema,
	providerTrialSchema,
	type ProviderInput
} from '#domain/access/identity-provider.ts';
import { readProvider } from '#domain/access/queries/provider.ts';
import type { Refusal } from '#domain/scheduling/refusals.ts';
import { trialWords } from '#web/lib/organization/provider-trial-words.ts';
import { database } from './database.ts';
import { organizationFrame } from './organization-frame.ts';
import { providerRules, redirectUriAt } from './provider-sign-in.ts';
import type { SetupFailure } from './setup-page.ts';

export async function providerPage(actor: Actor, url: URL) {
	const frame = await organizationFrame(actor, 'provider');
	const read = await readProvider(database(), actor);
	if (!read.ok) error(403, 'This page is for administrators. Ask yours if you need it.');
	return { frame, ...read.value, redirectUri: redirectUriAt(url.origin) };
}

export const PROVIDER_ACTIONS = {
	save: async ({ locals, request }: RequestEvent) => {
		const input = await readInput(request, providerSchema);
		if ('failure' in input) return fail(400, input.failure);
		const done = await saveProvider(database(), locals.actor!, input.value, providerRules());
		return done.ok ? { saved: true as const } : fail(409, refused(done.refusal, input.value));
	},
	try: async ({ locals, request }: RequestEvent) => {
		const input = await readInput(request, providerTrialSchema);
		if ('failure' in input) return fail(400, input.failure);
		const done = await tryProvider(database(), locals.actor!, input.value, providerRules());
		if (!done.ok) return fail(403, refused(done.refusal, null));
		return { works: done.value.outcome === 'works', words: trialWords(done.value) };
	}
};

/** Reads the one field `input` of a form. */
async function readInput<S extends z.ZodType>(
	request: Request,
	schema: S
): Promise<{ value: z.output<S> } | { failure: SetupFailure }> {
	const text = (await request.formData()).get('input');
	let given: unknown = null;
	try {
		if (typeof text === 'string') given = JSON.parse(text);
	} catch {
		// Not JSON: the schema says so.
	}
	const parsed = schema.safeParse(given);
	if (parsed.success) return { value: parsed.data };
	const [issue] = parsed.error.issues;
	return { failure: failure(issue!.message, issue!.path.join('.') || null) };
}

function failure(message: string, field: string | null): SetupFailure {
	return { message, field, booked: [] };
}

function refused({ code, field = '' }: Refusal, input: ProviderInput | null): SetupFailure {
	if (code === 'not-allowed') {
		const words =
			field === ''
				? 'You do not have permission to change this.'
				: 'Only an administrator who may do everything here decides who can sign in and as what.';
		return failure(words, field || null);
	}
	return failure(invalidWords(field, input), field || null);
}

function invalidWords(field: string, input: ProviderInput | null): string {
	const [name, at, part] = field.split('.');
	switch (name) {
		case 'issuer':
			return 'Dayboard may not ask this address: it lies inside its own network. Enter the address that the provider has on the internet, or ask the operator of this server.';
		case 'clientSecret':
			return 'Enter the client secret: the one that is kept belongs to another address or client ID.';
		case 'domains':
			return `The e-mail domain ${input?.domains[Number(at)] ?? ''} is used by another organization here.`;
		case 'roleRules': {
			const value = input?.roleRules[Number(at)]?.value ?? '';
			return part === 'clinicId'
				? `The clinic in the rule for “${value}” is no longer there. Choose another one.`
				: `The role in the rule for “${value}” is no longer there. Choose another one.`;
		}
		case 'passwordsAllowed':
			return 'Sign in through the provider yourself once before you turn passwords off. Otherwise you might lock yourself out.';
		default:
			return 'Something here is not right. Please check what you entered.';
	}
}
