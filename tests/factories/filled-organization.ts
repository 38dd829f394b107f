/** An organization with at least one row in every table: for tests of what another one may see of it. */
import { sql } from 'drizzle-orm';
import type { Database } from '#db/database.ts';
import {
	accountLinks,
	apiTokens,
	auditChain,
	auditEntries,
	closedAddresses,
	dataKeys,
	dependants,
	documents,
	endedSessions,
	hoursExceptions,
	identityProviders,
	keptDocuments,
	kiosks,
	messageAttempts,
	messageLinks,
	messageRules,
	messages,
	outbox,
	patientSessions,
	pendingSignIns,
	providerFlows,
	providerIdentities,
	pushSubscriptions,
	recoveryCodes,
	roles,
	secondFactors,
	signInCodes,
	siteLogos,
	sites,
	tasks,
	unsettledFiles,
	visitLinks,
	waitlistClinics,
	waitlistEntries,
	waitlistMatches,
	waitlistOffers,
	waitlistOpenings,
	waitlistPractitioners
} from '#db/schema/index.ts';
import { inOrganization, type Transaction } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { keptId } from '#domain/kept-documents/queries.ts';
import { openDraft } from '#domain/drafts/commands.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import { takeHold } from '#domain/scheduling/commands/holds.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from './clinic-factory.ts';

export interface FilledOrganization extends Clinic {
	administrator: Actor;
	/** Secret of the administrator's session. */
	session: string;
	appointmentId: string;
	seriesId: string;
	blockId: string;
	/** Kept for the administrator. */
	holdId: string;
	documentId: string;
	/** Open, of the day of its visit. */
	draftId: string;
	exceptionId: string;
	/** On the waitlist. */
	entryId: string;
	/** Of the waitlist; passed. */
	offerId: string;
	ruleId: string;
	/** Could not be sent, about the visit. */
	messageId: string;
}

const HOUR_MS = 3_600_000;

/**
 * @param startsAt of its visit (epoch milliseconds), at 09:00 in Europe/London; a block and a hold follow that day
 */
export async function filledOrganization(
	database: Database,
	startsAt: number
): Promise<FilledOrganization> {
	const clinic = await clinicFactory(database, { equipment: ['ultrasound'], staff: ['nurse'] });
	const { organizationId, clinicId, serviceId, practitionerIds, roomIds } = clinic;
	const administrator = await staffFactory(database, clinic, {
		role: 'organization-administrator'
	});
	const now = startsAt - 24 * HOUR_MS;
	const booking = bookingOf(clinic, { startsAt });
	const seriesId = crypto.randomUUID();
	booking.changes = { ...booking.changes, seriesId, remark: 'Comes with a stick' };
	const blockId = crypto.randomUUID();
	const holdId = crypto.randomUUID();
	await carryOut(database, administrator, booking, { now });
	await carryOut(
		database,
		administrator,
		{
			...{ kind: 'block', id: crypto.randomUUID(), madeAt: 0, blockId },
			changes: {
				...{ clinicId, resourceId: practitionerIds[1]!, startsAt: startsAt + HOUR_MS },
				...{ durationMinutes: 30, kind: 'meeting' }
			}
		},
		{ now }
	);
	const wish = { clinicId, serviceId, practitionerId: practitionerIds[0]!, roomId: roomIds[0]! };
	await takeHold(database, administrator, {
		...{ ...wish, id: holdId, startsAt: startsAt + 2 * HOUR_MS }
	});
	const session = await sessionFactory(database, administrator);
	const draftId = crypto.randomUUID();
	await openDraft(database, administrator, {
		...{ id: draftId, clinicId, title: 'Everything later' },
		date: new Date(startsAt).toISOString().slice(0, 10)
	});
	const [documentId, exceptionId] = [crypto.randomUUID(), crypto.randomUUID()];
	const [entryId, offerId] = [crypto.randomUUID(), crypto.randomUUID()];
	const [ruleId, messageId] = [crypto.randomUUID(), crypto.randomUUID()];
	const { appointmentId } = booking;
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction.insert(hoursExceptions).values({
			...{ organizationId, id: exceptionId, resourceId: practitionerIds[1]!, clinicId },
			...{ kind: 'closed', reason: 'leave', firstDate: '2040-01-02', lastDate: '2040-01-02' },
			...{ startMinute: 0, endMinute: 1440 }
		});
		await fillAccess(transaction, organizationId, administrator.userId);
		await transaction.insert(documents).values({
			...{ organizationId, id: documentId, appointmentId: booking.appointmentId },
			...{ sealedName: 'sealed', mediaType: 'application/pdf', byteCount: 1, contentHash: 'hash' },
			...{ keyVersion: 1, uploadedBy: administrator.userId }
		});
		await transaction.insert(unsettledFiles).values({ organizationId, documentId });
		const visitNote = { kind: 'visit-note', appointmentId } as const;
		await transaction.insert(keptDocuments).values({
			...{ organizationId, ...visitNote, id: keptId(visitNote), changedBy: administrator.userId },
			// As long as what is sealed is at the least.
			...{ sealedState: `1.1.${'A'.repeat(38)}`, byteCount: 2 }
		});
		await transaction.insert(sites).values({
			...{ organizationId, accountId: administrator.userId, published: true },
			slug: `site-${organizationId.slice(0, 8)}`
		});
		await transaction
			.insert(siteLogos)
			.values({ organizationId, mediaType: 'image/png', picture: Buffer.from('logo') });
		await transaction.insert(visitLinks).values({
			...{ organizationId, id: crypto.randomUUID(), appointmentId: booking.appointmentId },
			expiresAt: new Date(startsAt)
		});
		await fillPatients(transaction, clinic, administrator.userId);
		await fillWaitlist(transaction, clinic, { entryId, offerId }, administrator.userId);
		const words = { subject: 'You are missed', body: 'See you soon', short: 'See you soon' };
		await transaction.insert(messageRules).values({
			...{ organizationId, id: ruleId, kind: 'missed', clinicId, serviceId, channels: ['sms'] },
			templates: { en: words, pl: words }
		});
		await transaction.insert(messages).values({
			...{ organizationId, id: messageId, kind: 'missed', cause: messageId, ruleId, appointmentId },
			...{ clinicId, patientId: clinic.patientIds[0]!, channels: ['sms'], state: 'failed' },
			...{ dueAt: new Date(startsAt), settledAt: new Date(startsAt) }
		});
	});
	return {
		...{ ...clinic, administrator, session, appointmentId: booking.appointmentId },
		...{
			seriesId,
			blockId,
			holdId,
			documentId,
			draftId,
			exceptionId,
			entryId,
			offerId,
			ruleId,
			messageId
		}
	};
}

/** Whatever belongs to accounts and keys; secrets are random texts that open nothing. */
async function fillAccess(
	transaction: Transaction,
	organizationId: string,
	userId: string
): Promise<void> {
	const own = { organizationId, userId };
	const expiresAt = new Date(Date.now() + HOUR_MS);
	const secret = () => crypto.randomUUID();
	await transaction.insert(roles).values({
		organizationId,
		key: 'own-night',
		name: 'Night',
		grants: { 'board.read': 'clinic' }
	});
	await transaction.insert(apiTokens).values({ ...own, id: secret(), scopes: ['read'], expiresAt });
	await transaction
		.insert(endedSessions)
		.values({ ...own, id: secret(), reason: 'account-closed' });
	await transaction.insert(secondFactors).values({ ...own, sealedSecret: 'sealed' });
	await transaction.insert(recoveryCodes).values({ ...own, id: secret() });
	await transaction.insert(pendingSignIns).values({ ...own, id: secret(), expiresAt });
	await transaction
		.insert(accountLinks)
		.values({ ...own, id: secret(), purpose: 'invitation', expiresAt });
	await transaction.insert(identityProviders).values({
		...{ organizationId, label: 'Ours', issuer: 'https://id.example', clientId: 'dayboard' },
		...{ sealedClientSecret: 'sealed', domains: [`${organizationId}.example`], roleClaim: 'groups' }
	});
	await transaction
		.insert(providerIdentities)
		.values({ ...own, issuer: 'https://id.example', subject: secret() });
	await transaction.insert(providerFlows).values({
		...{ organizationId, id: secret(), browserHash: 'hash', nonce: 'nonce' },
		...{ sealedVerifier: 'sealed', next: '/', expiresAt }
	});
	await transaction
		.insert(dataKeys)
		.values({ organizationId, version: 1, wrappedBy: 'test', wrapped: 'wrapped' })
		.onConflictDoNothing();
	const [entry] = await transaction
		.insert(auditEntries)
		.values({ organizationId, actorUserId: userId, kind: 'signed-in' })
		.returning({ id: auditEntries.id });
	await transaction.insert(auditChain).values({
		...{ organizationId, position: 1, source: 'audit_entries', rowId: entry!.id },
		...{ transactionId: sql`pg_current_xact_id()` as never, rowHash: 'hash', link: 'link' }
	});
}

/** Whatever belongs to patients on the public site, and to messages. */
async function fillPatients(
	transaction: Transaction,
	{ organizationId, clinicId, patientIds }: Clinic,
	userId: string
): Promise<void> {
	const [patientId, other] = patientIds as [string, string];
	const expiresAt = new Date(Date.now() + HOUR_MS);
	const own = () => ({ organizationId, id: crypto.randomUUID() });
	await transaction.insert(patientSessions).values({ ...own(), patientId, expiresAt });
	await transaction.insert(signInCodes).values({ ...own(), contactHash: 'hash', expiresAt });
	await transaction
		.insert(dependants)
		.values({ organizationId, guardianId: patientId, patientId: other });
	await transaction
		.insert(kiosks)
		.values({ ...own(), clinicId, name: 'Entrance', madeBy: userId, accountId: userId });
	const words = { subject: 'Your visit', body: 'See you soon', short: 'See you soon' };
	await transaction.insert(messageRules).values({
		...{ ...own(), kind: 'reminder', channels: ['email'] },
		templates: { en: words, pl: words }
	});
	const message = own();
	await transaction.insert(messages).values({
		...{ ...message, kind: 'other', cause: message.id, channels: ['email'], dueAt: expiresAt }
	});
	const messageId = message.id;
	await transaction.insert(messageAttempts).values({
		...{ organizationId, messageId, number: 1, channel: 'email', outcome: 'sent' }
	});
	await transaction
		.insert(closedAddresses)
		.values({ organizationId, channel: 'sms', addressHash: 'hash', reason: 'opted-out' });
	await transaction
		.insert(messageLinks)
		.values({ ...own(), action: 'confirm', patientId, expiresAt });
	await transaction.insert(pushSubscriptions).values({
		...{ ...own(), patientId, endpointHash: 'hash', sealedSubscription: 'sealed' }
	});
	await transaction
		.insert(outbox)
		.values({ ...own(), messageId, channel: 'email', sealedContent: 'sealed' });
	await transaction.insert(tasks).values({ ...own(), kind: 'contact' });
}

async function fillWaitlist(
	transaction: Transaction,
	{ organizationId, clinicId, serviceId, patientIds, practitionerIds, roomIds }: Clinic,
	{ entryId, offerId }: { entryId: string; offerId: string },
	madeBy: string
): Promise<void> {
	await transaction.insert(waitlistEntries).values({
		...{ organizationId, id: entryId, patientId: patientIds[0]!, serviceId, madeBy },
		...{ urgency: 'soon', firstDate: '2040-01-02', lastDate: '2040-02-02', weekdays: 127 },
		...{ fromMinute: 0, untilMinute: 1440, noticeMinutes: 60, source: 'reception' }
	});
	await transaction.insert(waitlistClinics).values({ organizationId, entryId, clinicId });
	await transaction
		.insert(waitlistPractitioners)
		.values({ organizationId, entryId, practitionerId: practitionerIds[0]! });
	const [practitionerId, roomId] = [practitionerIds[0]!, roomIds[0]!];
	const [startsAt, openingId] = [new Date('2040-01-03T09:00Z'), crypto.randomUUID()];
	const total = 50;
	const parts = {
		urgency: 20,
		waiting: 15,
		service: 5,
		doctor: 4,
		clinic: 2,
		window: 2,
		missed: 2
	};
	await transaction.insert(waitlistOpenings).values({
		...{ organizationId, id: openingId, clinicId, practitionerId, roomId, cause: 'cancelled' },
		...{ startsAt, endsAt: new Date(startsAt.getTime() + HOUR_MS), nextAt: null }
	});
	await transaction
		.insert(waitlistMatches)
		.values({ organizationId, openingId, round: 1, rank: 1, entryId, total, parts });
	await transaction.insert(waitlistOffers).values({
		...{ organizationId, id: offerId, openingId, entryId, patientId: patientIds[0]! },
		...{ round: 1, state: 'passed', way: 'engine', clinicId, practitionerId, roomId, serviceId },
		...{ startsAt, durationMinutes: 30, total, parts, answeredBy: 'link' },
		...{ expiresAt: startsAt, endedAt: startsAt }
	});
}
