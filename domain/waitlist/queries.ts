/** Who waits for what. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';
import { same } from '../../db/same-key.ts';
import {
	clinics,
	practitioners,
	services,
	waitlistClinics,
	waitlistEntries,
	waitlistPractitioners
} from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { SITE_LANGUAGES, type SiteLanguage } from '../site/site.ts';
import { inLanguage } from '../site/translations.ts';
import { weekdaysOf, type EntryState, type Urgency } from './entry.ts';

export interface WaitlistEntry {
	id: string;
	patientId: string;
	service: { id: string; name: string };
	/** None: at every clinic. */
	clinics: { id: string; name: string }[];
	/** None: every doctor. */
	doctors: { id: string; name: string }[];
	state: EntryState;
	urgency: Urgency;
	firstDate: string;
	lastDate: string;
	/** Monday is 1. */
	weekdays: number[];
	fromMinute: number;
	untilMinute: number;
	noticeMinutes: number;
	/** Epoch milliseconds. */
	waitingSince: number;
}

/** @returns what these patients wait for, the oldest first; of those only whom the actor acts for */
export async function readEntriesOf(
	database: Database,
	actor: Actor,
	patientIds: readonly string[],
	language: SiteLanguage
): Promise<WaitlistEntry[]> {
	const { organizationId } = actor;
	const own = patientIds.filter((patientId) =>
		authorize(actor, 'waitlist.read', {
			...{ organizationId, clinicId: null, practitionerId: null, patientId }
		})
	);
	if (own.length === 0) return [];
	return forActor(database, actor, (transaction) =>
		read(transaction, organizationId, {
			...{ language, which: inArray(waitlistEntries.patientId, own) }
		})
	);
}

const MOST_LISTED = 200;

/** @returns who waits, the oldest first, at most 200; `not-allowed` */
export async function listWaitlist(
	database: Database,
	actor: Actor
): Promise<Result<WaitlistEntry[]>> {
	const { organizationId } = actor;
	const everybody = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'waitlist.read', everybody)) return refuse('not-allowed');
	return accept(
		await forActor(database, actor, (transaction) => read(transaction, organizationId, {}))
	);
}

async function read(
	transaction: Transaction,
	organizationId: string,
	{
		language = SITE_LANGUAGES[0],
		which
	}: { language?: SiteLanguage; which?: ReturnType<typeof inArray> }
): Promise<WaitlistEntry[]> {
	const found = await transaction
		.select({ entry: waitlistEntries, service: services })
		.from(waitlistEntries)
		.innerJoin(services, same(waitlistEntries, waitlistEntries.serviceId, services))
		.where(
			and(
				eq(waitlistEntries.organizationId, organizationId),
				eq(waitlistEntries.state, 'waiting'),
				// Whoever waited for days that went by waits no more, whether a job has said so or not.
				sql`${waitlistEntries.lastDate} >= current_date - 1`,
				which
			)
		)
		.orderBy(asc(waitlistEntries.waitingSince), asc(waitlistEntries.id))
		.limit(MOST_LISTED);
	const ids = found.map(({ entry }) => entry.id);
	if (ids.length === 0) return [];
	const places = await transaction
		.select({ entryId: waitlistClinics.entryId, id: clinics.id, name: clinics.name })
		.from(waitlistClinics)
		.innerJoin(clinics, same(waitlistClinics, waitlistClinics.clinicId, clinics))
		.where(
			and(eq(waitlistClinics.organizationId, organizationId), inArray(waitlistClinics.entryId, ids))
		);
	const doctors = await transaction
		.select({
			...{ entryId: waitlistPractitioners.entryId },
			...{ id: practitioners.id, name: practitioners.name }
		})
		.from(waitlistPractitioners)
		.innerJoin(
			practitioners,
			same(waitlistPractitioners, waitlistPractitioners.practitionerId, practitioners)
		)
		.where(
			and(
				eq(waitlistPractitioners.organizationId, organizationId),
				inArray(waitlistPractitioners.entryId, ids)
			)
		);
	const of = (rows: { entryId: string; id: string; name: string }[], entryId: string) =>
		rows.filter((row) => row.entryId === entryId).map(({ id, name }) => ({ id, name }));
	return found.map(({ entry, service }) => ({
		...{ id: entry.id, patientId: entry.patientId, state: entry.state, urgency: entry.urgency },
		service: {
			id: entry.serviceId,
			...inLanguage({ name: service.name }, service.translations, language)
		},
		...{ clinics: of(places, entry.id), doctors: of(doctors, entry.id) },
		...{ firstDate: entry.firstDate, lastDate: entry.lastDate },
		weekdays: weekdaysOf(entry.weekdays),
		...{ fromMinute: entry.fromMinute, untilMinute: entry.untilMinute },
		...{ noticeMinutes: entry.noticeMinutes, waitingSince: entry.waitingSince.getTime() }
	}));
}
