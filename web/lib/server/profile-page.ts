/** What patients see and change of themselves: contacts are confirmed by a code to the new one. */
import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { z } from 'zod';
import {
	confirmContact,
	requestContactCode,
	savePreferences
} from '#domain/patients/commands/profile.ts';
import { parseContact, type ContactFault } from '#domain/patients/contact.ts';
import { preferencesSchema } from '#domain/patients/profile.ts';
import { readProfile } from '#domain/patients/queries/profile.ts';
import { codeSchema } from '#domain/patients/sign-in-rules.ts';
import type { SiteLanguage } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { changeWords, codeWords } from './code-words.ts';
import { database } from './database.ts';
import { waitMessage } from './patient-sign-in-page.ts';
import { askedOf, baseOf, forgetAsked, rememberAsked, signedIn } from './patient-session.ts';
import { pushChoice } from './push-page.ts';
import { siteOf } from './site-page.ts';
import { countChange } from './visitor.ts';

export async function profilePage(event: RequestEvent) {
	const { actor, self } = signedIn(event);
	const profile = await readProfile(database(), actor, self.id);
	if (!profile) error(404, m.not_found());
	const push = await pushChoice(actor, self.id);
	return { profile, push, isChanged: event.url.searchParams.has('changed') };
}

export async function saveProfile(event: RequestEvent) {
	await countChange(event);
	const { actor, self } = signedIn(event);
	const sent = Object.fromEntries(await event.request.formData());
	const parsed = preferencesSchema.safeParse(sent);
	if (!parsed.success) return fail(400, { saved: false, message: m.account_choose_listed() });
	const saved = await savePreferences(database(), actor, self.id, parsed.data);
	if (!saved.ok) return fail(403, { saved: false, message: m.refused_other() });
	return { saved: true, message: null };
}

const kindSchema = z.enum(['email', 'phone']);

function kindOf({ params }: RequestEvent): 'email' | 'phone' {
	const kind = kindSchema.safeParse(params.kind);
	return kind.success ? kind.data : error(404, m.not_found());
}

/** The page that asks for a new contact, and then for the code that was sent there. */
export async function contactPage(event: RequestEvent) {
	const kind = kindOf(event);
	const { actor, self } = signedIn(event);
	const profile = await readProfile(database(), actor, self.id);
	const asked = askedOf(event, 'contact');
	return {
		kind,
		present: profile?.[kind] ?? null,
		// Nobody else's page shows what this browser asked for.
		sentTo: asked?.contact.kind === kind ? asked.contact.value : null
	};
}

export async function askForContact(event: RequestEvent) {
	const kind = kindOf(event);
	const patient = signedIn(event);
	const form = await event.request.formData();
	const typed = String(form.get('contact') ?? '').slice(0, 200);
	const contact = parseContact(typed);
	if (typeof contact === 'string' || contact.kind !== kind) {
		const isEmpty = contact === 'contact-missing';
		const wrong = kind === 'email' ? 'not-an-email' : 'not-a-phone';
		const fault: ContactFault | 'missing' = isEmpty ? 'missing' : wrong;
		return fail(400, { fault, message: null, typed });
	}
	const language = event.params.lang as SiteLanguage;
	const site = await siteOf(event.params.site!);
	const words = codeWords(site, language);
	const answer = await requestContactCode(database(), patient, { contact, language }, words);
	if (answer.outcome === 'locked') {
		return fail(429, { fault: null, message: waitMessage(answer.until), typed });
	}
	rememberAsked(event, 'contact', { secret: answer.secret, contact });
	redirect(303, event.url.pathname);
}

export async function giveContactCode(event: RequestEvent) {
	const kind = kindOf(event);
	const asked = askedOf(event, 'contact');
	if (asked?.contact.kind !== kind) redirect(303, event.url.pathname);
	const refused = (message: string, status = 400) =>
		fail(status, { fault: null, message, typed: '' });
	const code = codeSchema.safeParse((await event.request.formData()).get('code'));
	if (!code.success) return refused(m.account_code_digits());
	const given = { ...asked, code: code.data };
	const site = await siteOf(event.params.site!);
	const told = { language: event.params.lang as SiteLanguage, words: changeWords(site) };
	const answer = await confirmContact(database(), signedIn(event), given, told);
	switch (answer.outcome) {
		case 'changed':
			forgetAsked(event, 'contact');
			redirect(303, `${baseOf(event)}/me/profile?changed`);
			break;
		case 'wrong':
			return refused(
				answer.left > 0 ? m.account_code_wrong({ left: answer.left }) : m.account_code_over()
			);
		case 'over':
			return refused(m.account_code_over());
		case 'locked':
			return refused(waitMessage(answer.until), 429);
	}
}

/** Types another contact instead. */
export function dropContact(event: RequestEvent): never {
	kindOf(event);
	forgetAsked(event, 'contact');
	redirect(303, event.url.pathname);
}
