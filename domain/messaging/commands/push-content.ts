/** What a push about a visit holds: what a locked screen may show, and the links behind its buttons. */
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../../db/database.ts';
import { same } from '../../../db/same-key.ts';
import {
	appointments,
	clinics,
	organizations,
	sites,
	waitlistOffers
} from '../../../db/schema/index.ts';
import { inOrganization, type Transaction } from '../../../db/transaction.ts';
import { insertVisitLink } from '../../booking/commands/visit-link.ts';
import type { OutgoingMessage } from '../channel.ts';
import type { LinkAction, MessageKind } from '../message.ts';
import type { PushAction, PushPayload } from '../push-payload.ts';
import { lockScreenText } from '../push-text.ts';
import { LINKS_AFTER_MS, makeLinks } from './message-links.ts';
import { topicOf } from './push-sending.ts';

/** Which buttons a message has, and what each of them does. */
const BUTTONS: Partial<Record<MessageKind, [PushAction, LinkAction][]>> = {
	reminder: [['confirm', 'confirm']],
	'same-day-reminder': [['confirm', 'confirm']],
	'waitlist-offer': [
		['accept', 'accept-offer'],
		['decline', 'decline-offer']
	]
};

/**
 * @param until when the message says nothing true any more (epoch milliseconds)
 * @returns what is encrypted for the patient's browsers; rendered again, its buttons carry the same links
 */
export async function pushContent(
	database: Database,
	message: OutgoingMessage,
	until: number
): Promise<PushPayload> {
	const { organizationId, id, kind, appointmentId, offerId, language, aboutStart } = message;
	const patientId = message.patientId ?? message.to;
	return inOrganization(database, organizationId, async (transaction) => {
		const { name, slug } = await readSite(transaction, organizationId);
		const visit = offerId
			? await readTime(transaction, waitlistOffers, organizationId, offerId)
			: appointmentId && (await readTime(transaction, appointments, organizationId, appointmentId));
		const told = visit ? { startsAt: aboutStart ?? visit.startsAt, zone: visit.zone } : null;
		const buttons = visit ? (BUTTONS[kind] ?? []) : [];
		const paths = await makeLinks(transaction, database.keyring, {
			...{ organizationId, patientId, appointmentId, offerId, messageId: id },
			actions: buttons.map(([, linkAction]) => linkAction),
			expiresAt: new Date(until + LINKS_AFTER_MS)
		});
		const actions = buttons.map(([action, linkAction]) => ({ action, path: paths[linkAction]! }));
		const home = slug === null ? (actions[0]?.path ?? '/') : `/${language}/${slug}`;
		const isOffer = kind === 'waitlist-offer';
		const open = visit && slug !== null && !isOffer ? await visitPath() : null;
		return {
			...{ id, lang: language, actions, until },
			title: visit ? visit.clinicName : name,
			body: lockScreenText(kind, told, language),
			tag: topicOf(appointmentId ?? offerId ?? id, kind),
			// An offer is taken or left on its own page, which asks.
			open: open ?? (isOffer ? (actions[0]?.path ?? home) : home)
		};

		async function visitPath(): Promise<string> {
			const secret = await insertVisitLink(transaction, organizationId, appointmentId!);
			return `${home}/visit/${secret}`;
		}
	});
}

async function readSite(
	transaction: Transaction,
	organizationId: string
): Promise<{ name: string; slug: string | null }> {
	const [found] = await transaction
		.select({ name: organizations.name, slug: sites.slug })
		.from(organizations)
		.leftJoin(sites, and(eq(sites.organizationId, organizations.id), eq(sites.published, true)))
		.where(eq(organizations.id, organizationId));
	return found!;
}

async function readTime(
	transaction: Transaction,
	table: typeof appointments | typeof waitlistOffers,
	organizationId: string,
	id: string
) {
	const [found] = await transaction
		.select({ startsAt: table.startsAt, zone: clinics.zone, clinicName: clinics.name })
		.from(table)
		.innerJoin(clinics, same(table, table.clinicId, clinics))
		.where(and(eq(table.organizationId, organizationId), eq(table.id, id)));
	return found ? { ...found, startsAt: found.startsAt.getTime() } : null;
}
