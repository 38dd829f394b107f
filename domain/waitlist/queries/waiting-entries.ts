/** Reads those who wait, with what has to be known of them to offer them a time. */
import { sql, type SQL } from 'drizzle-orm';
import { waitlistEntries } from '../../../db/schema/index.ts';
import type { Transaction } from '../../../db/transaction.ts';
import type { Interval } from '../../scheduling/intervals.ts';
import type { WaitingEntry } from '../suits.ts';

/**
 * @param which of the waiting entries
 * @param around what the patients have between these instants is read
 */
export async function readWaiting(
	transaction: Transaction,
	organizationId: string,
	which: SQL | undefined,
	around: Interval
): Promise<WaitingEntry[]> {
	const [from, until] = [new Date(around.start).toISOString(), new Date(around.end).toISOString()];
	const own = (table: string) =>
		sql`${sql.identifier(table)}.organization_id = ${organizationId}
			and ${sql.identifier(table)}.entry_id = ${waitlistEntries.id}`;
	const { rows } = await transaction.execute<{ entry: WaitingEntry }>(sql`
		select json_build_object(
			'id', ${waitlistEntries.id}, 'patientId', ${waitlistEntries.patientId},
			'serviceId', ${waitlistEntries.serviceId}, 'urgency', ${waitlistEntries.urgency},
			'firstDate', ${waitlistEntries.firstDate}, 'lastDate', ${waitlistEntries.lastDate},
			'weekdays', ${waitlistEntries.weekdays}, 'fromMinute', ${waitlistEntries.fromMinute},
			'untilMinute', ${waitlistEntries.untilMinute}, 'noticeMinutes', ${waitlistEntries.noticeMinutes},
			'waitingSince', epoch_ms(date_trunc('milliseconds', ${waitlistEntries.waitingSince})),
			'clinicIds', array(select clinic_id from waitlist_clinics where ${own('waitlist_clinics')}),
			'practitionerIds',
				array(select practitioner_id from waitlist_practitioners where ${own('waitlist_practitioners')}),
			'missedOffers',
				(select count(*) from waitlist_offers where ${own('waitlist_offers')} and state = 'expired'),
			'hasOffer', exists
				(select 1 from waitlist_offers where ${own('waitlist_offers')} and state in ('proposed', 'made')),
			'patient', json_build_object('birthDate', p.birth_date, 'sex', p.sex, 'established', p.established,
				'deceased', p.deceased, 'messagesBlocked', p.messages_blocked),
			'busy', coalesce((select json_agg(json_build_object('start', epoch_ms(c.starts_at), 'end', epoch_ms(c.ends_at)))
				from claims c where c.organization_id = ${organizationId} and c.resource_id = p.id
					-- No claim is longer than 14 hours (check claims_length): bounds the index from below.
					and c.starts_at < ${until}::timestamptz and c.ends_at > ${from}::timestamptz
					and c.starts_at > ${from}::timestamptz - interval '14 hours'), '[]')) as entry
		from ${waitlistEntries}
			join patients p on p.organization_id = ${organizationId} and p.id = ${waitlistEntries.patientId}
		where ${waitlistEntries.organizationId} = ${organizationId} and ${waitlistEntries.state} = 'waiting'
			${which ? sql`and ${which}` : sql``}`);
	return rows.map(({ entry }) => entry);
}
