/** Entries of the waitlist and the time that became free for them. */
import { waitlistClinics, waitlistEntries, waitlistPractitioners } from '#db/schema/index.ts';
import type { Database } from '#db/database.ts';
import { inOrganization } from '#db/transaction.ts';
import { weekdayBits, WEEKDAYS, type EntryState, type Urgency } from '#domain/waitlist/entry.ts';
import type { Clinic } from './clinic-factory.ts';

export interface EntryOptions {
	/** Place in the clinic's list. */
	patient?: number;
	serviceId?: string;
	urgency?: Urgency;
	state?: EntryState;
	clinicIds?: readonly string[];
	practitionerIds?: readonly string[];
	firstDate?: string;
	lastDate?: string;
	weekdays?: readonly number[];
	fromMinute?: number;
	untilMinute?: number;
	noticeMinutes?: number;
	/** Epoch milliseconds. */
	waitingSince?: number;
}

/** Puts somebody on the list as the command would; by default for whatever there is. @returns the entry's id */
export async function entryFactory(
	database: Database,
	clinic: Clinic,
	options: EntryOptions = {}
): Promise<string> {
	const { organizationId } = clinic;
	const id = crypto.randomUUID();
	const state = options.state ?? 'waiting';
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction.insert(waitlistEntries).values({
			...{ organizationId, id, state, endedAt: state === 'waiting' ? null : new Date() },
			patientId: clinic.patientIds[options.patient ?? 0]!,
			serviceId: options.serviceId ?? clinic.serviceId,
			urgency: options.urgency ?? 'routine',
			firstDate: options.firstDate ?? '2020-01-01',
			lastDate: options.lastDate ?? '2100-01-01',
			weekdays: weekdayBits(options.weekdays ?? WEEKDAYS),
			...{ fromMinute: options.fromMinute ?? 0, untilMinute: options.untilMinute ?? 1_440 },
			...{ noticeMinutes: options.noticeMinutes ?? 0, source: 'reception' },
			madeBy: clinic.receptionist.userId,
			waitingSince: new Date(options.waitingSince ?? Date.UTC(2026, 11, 1))
		});
		const own = { organizationId, entryId: id };
		for (const clinicId of options.clinicIds ?? []) {
			await transaction.insert(waitlistClinics).values({ ...own, clinicId });
		}
		for (const practitionerId of options.practitionerIds ?? []) {
			await transaction.insert(waitlistPractitioners).values({ ...own, practitionerId });
		}
	});
	return id;
}
