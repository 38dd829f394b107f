/** What a patient waited for, and the times that they were offered: a part of their own data. */
import { and, asc, eq, ne } from 'drizzle-orm';
import { same } from '../../../db/same-key.ts';
import {
	clinics,
	practitioners,
	services,
	waitlistEntries,
	waitlistOffers
} from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { SiteLanguage } from '../../site/site.ts';
import { inLanguage } from '../../site/translations.ts';
import { weekdaysOf } from '../../waitlist/entry.ts';

/** @returns entries, the oldest first, each with its offers; instants are epoch milliseconds. Notes of the staff are not among it */
export async function readOwnWaitlist(
	transaction: Transaction,
	{
		organizationId,
		patientId,
		lang
	}: { organizationId: string; patientId: string; lang: SiteLanguage }
) {
	const entries = await transaction
		.select({ entry: waitlistEntries, service: services })
		.from(waitlistEntries)
		.innerJoin(services, same(waitlistEntries, waitlistEntries.serviceId, services))
		.where(
			and(
				eq(waitlistEntries.organizationId, organizationId),
				eq(waitlistEntries.patientId, patientId)
			)
		)
		.orderBy(asc(waitlistEntries.waitingSince), asc(waitlistEntries.id));
	const offers = await transaction
		.select({ offer: waitlistOffers, clinic: clinics, doctor: practitioners })
		.from(waitlistOffers)
		.innerJoin(clinics, same(waitlistOffers, waitlistOffers.clinicId, clinics))
		.innerJoin(practitioners, same(waitlistOffers, waitlistOffers.practitionerId, practitioners))
		.where(
			and(
				eq(waitlistOffers.organizationId, organizationId),
				eq(waitlistOffers.patientId, patientId),
				// Nobody has been offered anything yet.
				ne(waitlistOffers.state, 'proposed')
			)
		)
		.orderBy(asc(waitlistOffers.madeAt));
	return entries.map(({ entry, service }) => ({
		...{ id: entry.id, since: entry.waitingSince.getTime() },
		service: inLanguage({ name: service.name }, service.translations, lang).name,
		...{ state: entry.state, urgency: entry.urgency, source: entry.source },
		...{ firstDate: entry.firstDate, lastDate: entry.lastDate },
		weekdays: weekdaysOf(entry.weekdays),
		...{ fromMinute: entry.fromMinute, untilMinute: entry.untilMinute },
		...{ noticeMinutes: entry.noticeMinutes, endedAt: entry.endedAt?.getTime() ?? null },
		offers: offers
			.filter(({ offer }) => offer.entryId === entry.id)
			.map(({ offer, clinic, doctor }) => ({
				...{ state: offer.state, clinic: clinic.name, doctor: doctor.name, zone: clinic.zone },
				...{ startsAt: offer.startsAt.getTime(), madeAt: offer.madeAt.getTime() },
				...{ endedAt: offer.endedAt?.getTime() ?? null, answeredBy: offer.answeredBy }
			}))
	}));
}
