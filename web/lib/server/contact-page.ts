/** The form of the contact page: what a stranger writes becomes a task of the staff. Works without scripts. */
import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { DetailFault } from '#domain/booking/patient-details.ts';
import { visitorActor } from '#domain/booking/visitor.ts';
import { nextOpening } from '#domain/site/next-opening.ts';
import { byPath, textsIn, type SiteClinic } from '#domain/site/site.ts';
import { leaveContact } from '#domain/tasks/commands.ts';
import { contactFormSchema } from '#domain/tasks/contact-message.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { fullTime } from '#web/lib/site/visit-time.ts';
import { database } from './database.ts';
import { siteLanguageOf } from './site-locale.ts';
import { directoryOf, siteOf } from './site-page.ts';

/** Somebody forgets something and writes again; a program writes on and on. */
export const MESSAGES_AT_ONCE = 5;
const messages = new RateLimiterMemory({ points: MESSAGES_AT_ONCE, duration: 600 });

/** A field that people do not see: whoever fills it in is a program. */
const TRAP = 'website';

export async function contactPage({ params, url }: RequestEvent) {
	const site = await siteOf(params.site!);
	const { clinics } = await directoryOf(site);
	const language = siteLanguageOf(url.pathname);
	const clinic = byPath(clinics, url.searchParams.get('clinic') ?? '');
	return {
		text: textsIn(site.texts, language).contact,
		clinics,
		chosen: clinic?.path ?? '',
		/** After a message was sent: when somebody answers. */
		answer: url.searchParams.has('sent')
			? answerWords(clinic ? [clinic] : clinics, Date.now(), language)
			: null
	};
}

/** @param clinics any of them may answer */
function answerWords(clinics: readonly SiteClinic[], now: number, language: 'en' | 'pl'): string {
	const openings = clinics
		.map((clinic) => ({ at: nextOpening(clinic, now), zone: clinic.zone }))
		.filter((one): one is { at: number; zone: string } => one.at !== null)
		.sort((a, b) => a.at - b.at);
	const [first] = openings;
	if (!first) return m.contact_sent_unknown();
	if (first.at === now) return m.contact_sent_now();
	return m.contact_sent_later({ time: fullTime(first.at, first.zone, language) });
}

/** Takes a message, or says at each field what is missing. */
export async function sendContact(event: RequestEvent) {
	const { params, url, request, locals } = event;
	const site = await siteOf(params.site!);
	const form = Object.fromEntries(await request.formData());
	const { clinics } = await directoryOf(site);
	// A clinic that is none of theirs: then it is for whoever reads first.
	const clinic = byPath(clinics, String(form.clinic ?? ''));
	const sent = `/${params.lang}/${site.slug}/contact?sent${clinic ? `&clinic=${clinic.path}` : ''}`;
	if (form[TRAP]) redirect(303, sent);
	const parsed = contactFormSchema.safeParse(form);
	if (!parsed.success) {
		const faults = parsed.error.issues
			.toReversed()
			.map(({ path, message }) => [String(path[0]), message as DetailFault]);
		return refused(400, m.contact_check(), form, Object.fromEntries(faults));
	}
	if (!(await mayWrite(locals.origin.address))) return refused(429, m.contact_wait(), form);
	const { name, email, phone, message } = parsed.data;
	const left = await leaveContact(database(), visitorActor(site, '', locals.origin), {
		clinicId: clinic?.id ?? null,
		content: { name, email, phone, message, language: siteLanguageOf(url.pathname) }
	});
	if (!left.ok) return refused(429, m.contact_full(), form);
	redirect(303, sent);
}

async function mayWrite(address: string | null): Promise<boolean> {
	try {
		await messages.consume(address ?? 'unknown');
		return true;
	} catch {
		return false;
	}
}

function refused(
	status: number,
	message: string,
	typed: Record<string, FormDataEntryValue>,
	faults: Partial<Record<string, DetailFault>> = {}
) {
	return fail(status, { message, faults, typed });
}
