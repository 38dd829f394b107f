/** Entries of the waitlist and the time that became free for them. */
import { waitlistClinics, waitlistEntries, waitlistPractitioners } from '#db/schema/index.ts';
import type { Database } from '#db/database.ts';
import { inOrganization } from '#db/transaction.ts';
import { weekdayBits, WEEKDAYS } from '#domain/waitlist/entry.ts';
import type { Clinic } from './clinic-factory.ts';

type Stored = typeof waitlistEntries.$inferInsert;

export interface EntryOptions extends Partial<Omit<Stored, 'weekdays' | 'waitingSince'>> {
	/** Place in the clinic's list. */
	patient?: number;
	/** Where they would come; none: everywhere. */
	clinicIds?: readonly string[];
	/** To whom they would come; none: everybody. */
	practitionerIds?: readonly string[];
	/** Monday is 1. */
	weekdays?: readonly number[];
	/** An instant, or epoch milliseconds. */
	waitingSince?: Date | number;
}

/**
 * Puts somebody on the list as the command would; by default the clinic's first patient, for whatever there is of its
 * service. It waits unless it is said otherwise. @returns the entry's id
 */
export async function entryFactory(
	database: Database,
	{ organizationId, patientIds, serviceId, receptionist }: Clinic,
	options: EntryOptions = {}
): Promise<string> {
	const { patient = 0, clinicIds = [], practitionerIds = [], ...stored } = options;
	const { weekdays = WEEKDAYS, waitingSince = Date.UTC(2026, 11, 1), ...entry } = stored;
	const id = crypto.randomUUID();
	const isOver = entry.state !== undefined && entry.state !== 'waiting';
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction.insert(waitlistEntries).values({
			...{ organizationId, id, patientId: patientIds[patient]!, serviceId, urgency: 'routine' },
			...{ firstDate: '2020-01-01', lastDate: '2100-01-01', fromMinute: 0, untilMinute: 1_440 },
			...{ noticeMinutes: 0, source: 'reception', madeBy: receptionist.userId },
			...{ endedAt: isOver ? new Date() : null, ...entry },
			...{ weekdays: weekdayBits(weekdays), waitingSince: new Date(waitingSince) }
		});
		const own = { organizationId, entryId: id };
		for (const clinicId of clinicIds) {
			await transaction.insert(waitlistClinics).values({ ...own, clinicId });
		}
		for (const practitionerId of practitionerIds) {
			await transaction.insert(waitlistPractitioners).values({ ...own, practitionerId });
		}
	});
	return id;
}
