/** The cookies of patients on the public site. Each goes to the pages of one organization's site, and nowhere else. */
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import type { OpenedSession } from '#domain/patients/commands/sessions.ts';
import { contactSchema, type Contact } from '#domain/patients/contact.ts';
import { patientOfSession } from '#domain/patients/queries/session.ts';
import type { SignedInPatient } from '#domain/patients/signed-in.ts';
import { CODE_MINUTES } from '#domain/patients/sign-in-rules.ts';
import { SITE_LANGUAGES, type Site } from '#domain/site/site.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { database } from './database.ts';
import { siteOf } from './site-page.ts';

export const PATIENT_COOKIE = 'dayboard_patient';
const HOUR_SECONDS = 3_600;
/** Ours are shorter; a contact makes one longer. */
const MAX_COOKIE_LENGTH = 500;

/** Of the public site: `/en/fellside`. */
export function baseOf({ params }: Pick<RequestEvent, 'params'>): string {
	return `/${params.lang}/${params.site}`;
}

type Place = Pick<RequestEvent, 'cookies' | 'url' | 'params'>;

/** @param below path of the site's pages that the cookie goes to, in either language */
function setForSite(
	{ cookies, url, params }: Place,
	name: string,
	{ value, below, expires }: { value: string; below: string; expires: Date }
): void {
	for (const language of SITE_LANGUAGES) {
		cookies.set(name, value, {
			...{ path: `/${language}/${params.site}${below}`, httpOnly: true, sameSite: 'lax' },
			...{ secure: url.protocol === 'https:', expires }
		});
	}
}

function dropForSite({ cookies, params, url }: Place, name: string, below: string): void {
	for (const language of SITE_LANGUAGES) {
		cookies.delete(name, {
			...{ path: `/${language}/${params.site}${below}`, httpOnly: true, sameSite: 'lax' },
			secure: url.protocol === 'https:'
		});
	}
}

/** @returns who is signed in at this site; a session of another organization's is nothing here */
export async function patientOf(event: RequestEvent, site: Site): Promise<SignedInPatient | null> {
	const token = event.cookies.get(PATIENT_COOKIE);
	if (!token || token.length > MAX_COOKIE_LENGTH) return null;
	return patientOfSession(database(), site, token, event.locals.origin);
}

/** Lets on whoever is signed in; sends everybody else to the sign-in. For routes that are patients' (route-access.ts). */
export async function requirePatient(event: RequestEvent): Promise<void> {
	const patient = await patientOf(event, await siteOf(event.params.site!));
	event.locals.patient = patient;
	if (patient) return;
	if (event.request.method !== 'GET') error(401, m.account_again());
	redirect(303, `${baseOf(event)}/sign-in?next=${encodeURIComponent(event.url.pathname)}`);
}

/** @returns who is signed in, on a route that is patients' */
export function signedIn({ locals }: RequestEvent): SignedInPatient {
	if (!locals.patient) throw new Error('this route is not listed as a patients’ one');
	return locals.patient;
}

export function givePatientSession(event: Place, { token, expiresAt }: OpenedSession): void {
	setForSite(event, PATIENT_COOKIE, { value: token, below: '', expires: new Date(expiresAt) });
}

export function dropPatientSession(event: Place): void {
	dropForSite(event, PATIENT_COOKIE, '');
}

/** What a browser keeps between asking for a code and giving it. */
export interface AskedCookie {
	secret: string;
	contact: Contact;
}

/** Signing in, and proving a new contact: each has its own. */
const ASKED = {
	'sign-in': { name: 'dayboard_code', below: '/sign-in' },
	contact: { name: 'dayboard_contact', below: '/me/contact' }
} as const;
export type AskedFor = keyof typeof ASKED;

const packed = (thing: unknown) => Buffer.from(JSON.stringify(thing)).toString('base64url');

export function rememberAsked(event: Place, what: AskedFor, asked: AskedCookie): void {
	const { name, below } = ASKED[what];
	const expires = new Date(Date.now() + CODE_MINUTES * 60_000);
	const value = `${asked.secret}.${packed(asked.contact)}`;
	setForSite(event, name, { value, below, expires });
}

export function forgetAsked(event: Place, what: AskedFor): void {
	dropForSite(event, ASKED[what].name, ASKED[what].below);
}

/** @returns what this browser asked for; `null`: nothing, or too long ago */
export function askedOf({ cookies }: Place, what: AskedFor): AskedCookie | null {
	const [secret, contact] = (cookies.get(ASKED[what].name) ?? '').split('.');
	const unpacked = contact === undefined ? null : unpack(contact);
	return secret && unpacked ? { secret, contact: unpacked } : null;
}

const GIVEN = { name: 'dayboard_given', below: '/sign-in' };

/** Whoever booked as a guest need not type the contact again to see all visits. */
export function rememberGiven(event: Place, contact: Contact): void {
	const expires = new Date(Date.now() + HOUR_SECONDS * 1_000);
	setForSite(event, GIVEN.name, { value: packed(contact), below: GIVEN.below, expires });
}

export function givenBy({ cookies }: Place): Contact | null {
	return unpack(cookies.get(GIVEN.name) ?? '');
}

/** A cookie may hold anything. */
function unpack(value: string): Contact | null {
	if (value === '' || value.length > MAX_COOKIE_LENGTH) return null;
	try {
		return contactSchema.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
	} catch {
		return null;
	}
}
