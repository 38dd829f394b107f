/** Signing in on the public site: which contact, which code, and who of a family. Works without scripts. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { birthDateField, nameField, type DetailFault } from '#domain/booking/patient-details.ts';
import { deviceName } from '#domain/access/device.ts';
import { dayOf } from '#domain/patients/age.ts';
import {
	giveCode,
	isAskedWho,
	requestCode,
	sayWho,
	type Asker,
	type SignInAnswer
} from '#domain/patients/commands/sign-in.ts';
import { signPatientOut } from '#domain/patients/commands/sessions.ts';
import { parseContact, type ContactFault } from '#domain/patients/contact.ts';
import { codeSchema } from '#domain/patients/sign-in-rules.ts';
import type { SiteLanguage } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { codeWords } from './code-words.ts';
import { database } from './database.ts';
import { log } from './log.ts';
import {
	askedOf,
	baseOf,
	dropPatientSession,
	forgetAsked,
	givenBy,
	givePatientSession,
	patientOf,
	rememberAsked,
	signedIn
} from './patient-session.ts';
import { safeNext } from './sign-in-cookies.ts';
import { siteOf } from './site-page.ts';
import { countSearch } from './visitor.ts';

const noStore = (event: RequestEvent) => event.setHeaders({ 'cache-control': 'private, no-store' });

/** Only a page of this site. */
function nextOf(event: RequestEvent): string {
	const next = safeNext(event.url.searchParams.get('next'));
	return next.startsWith(`${baseOf(event)}/`) ? next : `${baseOf(event)}/me`;
}

const onTo = (event: RequestEvent, path: string) =>
	`${baseOf(event)}${path}?next=${encodeURIComponent(nextOf(event))}`;

/** The page that asks for e-mail or telephone. */
export async function signInPage(event: RequestEvent) {
	noStore(event);
	const site = await siteOf(event.params.site!);
	if (await patientOf(event, site)) redirect(303, nextOf(event));
	return { given: givenBy(event)?.value ?? '' };
}

/** Says the same, after the same time, whether anybody has the contact or not. */
export async function askForCode(event: RequestEvent) {
	const form = await event.request.formData();
	const contact = parseContact(form.get('contact'));
	const typed = String(form.get('contact') ?? '').slice(0, 200);
	if (typeof contact === 'string') {
		return fail(400, { fault: contact satisfies ContactFault, message: null, typed });
	}
	const site = await siteOf(event.params.site!);
	const language = event.params.lang as SiteLanguage;
	const answer = await requestCode(
		database(),
		site.organizationId,
		{ contact, language, origin: event.locals.origin },
		codeWords(site, language),
		(fault) => log.error({ err: fault }, 'a code could not be sent')
	);
	if (answer.outcome === 'locked') {
		return fail(429, { fault: null, message: waitMessage(answer.until), typed });
	}
	rememberAsked(event, 'sign-in', { secret: answer.secret, contact });
	redirect(303, onTo(event, '/sign-in/code'));
}

/** The page that asks for the code, and afterwards for the birth date where several share the contact. */
export async function codePage(event: RequestEvent) {
	noStore(event);
	await countSearch(event);
	const site = await siteOf(event.params.site!);
	if (await patientOf(event, site)) redirect(303, nextOf(event));
	const asked = askedOf(event, 'sign-in');
	if (!asked) redirect(303, onTo(event, '/sign-in'));
	return {
		contact: asked.contact,
		isAskedWho: await isAskedWho(database(), site, asked),
		next: nextOf(event)
	};
}

async function askerOf(event: RequestEvent): Promise<{ asker: Asker; form: FormData }> {
	const asked = askedOf(event, 'sign-in');
	if (!asked) redirect(303, onTo(event, '/sign-in'));
	const { locals, request } = event;
	const device = deviceName(request.headers.get('user-agent'));
	return { asker: { ...asked, device, origin: locals.origin }, form: await request.formData() };
}

export async function giveTheCode(event: RequestEvent) {
	const { asker, form } = await askerOf(event);
	const code = codeSchema.safeParse(form.get('code'));
	if (!code.success) return refusedStep({ message: m.account_code_digits() });
	const site = await siteOf(event.params.site!);
	const answer = await giveCode(database(), site, asker, code.data);
	return answered(event, answer, (left) => m.account_code_wrong({ left }));
}

export async function sayWhoItIs(event: RequestEvent) {
	const { asker, form } = await askerOf(event);
	const born = birthDateField(dayOf(Date.now())).safeParse(form.get('birthDate'));
	const given = nameField.safeParse(form.get('givenName'));
	const birthDate = String(form.get('birthDate') ?? '').slice(0, 20);
	if (!born.success) {
		const fault = born.error.issues[0]!.message as DetailFault;
		return refusedStep({ fault, birthDate });
	}
	const who = { birthDate: born.data, givenName: given.success ? given.data : undefined };
	const site = await siteOf(event.params.site!);
	const answer = await sayWho(database(), site, asker, who);
	return answered(event, answer, (left) => m.account_who_wrong({ left }), birthDate);
}

function answered(
	event: RequestEvent,
	answer: SignInAnswer,
	wrong: (left: number) => string,
	birthDate = ''
) {
	switch (answer.outcome) {
		case 'signed-in':
			givePatientSession(event, answer);
			forgetAsked(event, 'sign-in');
			redirect(303, nextOf(event));
			break;
		case 'who':
			return answer.asked === 'name'
				? refusedStep({ isNameAsked: true, message: m.account_who_name(), birthDate })
				: redirect(303, onTo(event, '/sign-in/code'));
		case 'wrong':
			return refusedStep({
				message: answer.left > 0 ? wrong(answer.left) : m.account_code_over(),
				birthDate
			});
		case 'over':
			return refusedStep({ message: m.account_code_over() });
		case 'locked':
			return refusedStep({ message: waitMessage(answer.until) }, 429);
	}
}

interface RefusedStep {
	message?: string | null;
	fault?: DetailFault | null;
	isNameAsked?: boolean;
	birthDate?: string;
}

function refusedStep(
	{ message = null, fault = null, isNameAsked = false, birthDate = '' }: RefusedStep,
	status = 400
) {
	return fail(status, { message, fault, isNameAsked, birthDate });
}

/** @param until epoch milliseconds */
export function waitMessage(until: number): string {
	return m.account_wait({ minutes: Math.max(1, Math.ceil((until - Date.now()) / 60_000)) });
}

/** Signs out, here or everywhere. */
export async function signOutHere(event: RequestEvent, everywhere: boolean): Promise<never> {
	const { actor, self } = signedIn(event);
	await signPatientOut(database(), actor, { patientId: self.id, everywhere });
	dropPatientSession(event);
	redirect(303, baseOf(event));
}
