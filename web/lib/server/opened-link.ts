/** What the address of a link in a message leads to. */
import { error, type RequestEvent } from '@sveltejs/kit';
import { authorize } from '#domain/access/authorize.ts';
import { readVisitBehindLink } from '#domain/booking/queries.ts';
import { patientActor } from '#domain/booking/visitor.ts';
import { linkState, type LinkState } from '#domain/messaging/link-state.ts';
import { findLink, type MessageLink } from '#domain/messaging/queries/links.ts';
import { findSiteOf } from '#domain/site/queries.ts';
import { m } from '#web/lib/paraglide/messages.js';
import { database } from './database.ts';
import { chosenLanguage } from './site-locale.ts';
import type { OpenedVisit } from './visit-page.ts';

export interface OpenedLink extends Omit<OpenedVisit, 'visit'> {
	link: MessageLink;
	visit: OpenedVisit['visit'] | null;
}

/** @returns what the address's token leads to; sets the language that its patient reads */
export async function openLink(event: RequestEvent): Promise<OpenedLink> {
	const { locals, params, url } = event;
	locals.language = chosenLanguage(url) ?? 'en';
	const link = await findLink(database(), params.token!);
	if (!link) error(404, m.link_unknown());
	locals.language = chosenLanguage(url) ?? link.language ?? 'en';
	const { organizationId, appointmentId, patientId } = link;
	const site = await findSiteOf(database(), organizationId);
	if (!site) error(404, m.link_unknown());
	const patient = patientActor(site, patientId, locals.origin);
	const visit =
		appointmentId === null
			? null
			: await readVisitBehindLink(database(), patient, appointmentId, locals.language);
	const subject = {
		...{ organizationId, clinicId: visit?.clinic.id ?? null },
		...{ practitionerId: visit?.doctor.id ?? null, patientId: visit?.patientId ?? patientId }
	};
	if (!authorize(patient, 'appointment.read', subject)) error(404, m.link_unknown());
	return { link, site, visit, patient, childName: null };
}

export const stateOf = ({ link, visit }: OpenedLink): LinkState =>
	linkState(link, visit, Date.now());

/** The address is the key: it is told to nobody and kept nowhere. */
export function keepSecret(event: RequestEvent): void {
	event.setHeaders({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex, nofollow' });
}
