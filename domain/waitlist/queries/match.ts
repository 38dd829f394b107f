/** Who of those that wait suits a time that became free. */
import type { Database } from '../../../db/database.ts';
import { inOrganization } from '../../../db/transaction.ts';
import { localDateOf, weekdayOf } from '../../availability/local-day.ts';
import type { Urgency } from '../entry.ts';
import type { OfferedTime } from '../offer.ts';
import type { Opening } from '../opening.ts';
import { byRank, scoreOf, type Score } from '../score.ts';
import type { WaitlistSettings } from '../settings.ts';

export interface Match {
	entryId: string;
	patientId: string;
	urgency: Urgency;
	/** Epoch milliseconds. */
	waitingSince: number;
	score: Score;
	time: OfferedTime;
}

interface Row {
	entryId: string;
	patientId: string;
	serviceId: string;
	urgency: Urgency;
	waitingSince: number;
	durationMinutes: number;
	namesDoctor: boolean;
	namesClinic: boolean;
	firstDate: string;
	lastDate: string;
	weekdays: number;
	fromMinute: number;
	untilMinute: number;
	noticeMinutes: number;
	zone: string;
}

/** The best first. */
export async function matchOpening(
	database: Database,
	organizationId: string,
	opening: Opening,
	options: {
		settings: WaitlistSettings;
		/** Epoch milliseconds. */
		now: number;
		limit: number;
		exceptEntryIds: readonly string[];
	}
): Promise<Match[]> {
	const { clinicId, practitionerId, roomId, startsAt, endsAt } = opening;
	const { now, settings, limit, exceptEntryIds } = options;
	if (practitionerId === null || roomId === null) return [];
	const { rows } = await inOrganization(database, organizationId, ({ $client }) =>
		$client.query<Row>(
			`SELECT e.id AS "entryId", e.patient_id AS "patientId", e.service_id AS "serviceId", e.urgency,
				epoch_ms(e.waiting_since) AS "waitingSince",
				coalesce(ps.duration_minutes, s.duration_minutes) AS "durationMinutes",
				EXISTS (SELECT FROM waitlist_practitioners w WHERE w.organization_id = $1 AND w.entry_id = e.id) AS "namesDoctor",
				EXISTS (SELECT FROM waitlist_clinics w WHERE w.organization_id = $1 AND w.entry_id = e.id) AS "namesClinic",
				e.first_date::text AS "firstDate", e.last_date::text AS "lastDate", e.weekdays,
				e.from_minute AS "fromMinute", e.until_minute AS "untilMinute", e.notice_minutes AS "noticeMinutes", c.zone
			FROM waitlist_entries e
			JOIN services s ON s.organization_id = $1 AND s.id = e.service_id
			JOIN clinics c ON c.organization_id = $1 AND c.id = $2
			JOIN practitioner_services ps ON ps.organization_id = $1 AND ps.service_id = e.service_id
				AND ps.practitioner_id = $3
			WHERE e.organization_id = $1 AND e.state = 'waiting' AND e.id <> ALL ($4)
				AND (NOT EXISTS (SELECT FROM waitlist_clinics w WHERE w.organization_id = $1 AND w.entry_id = e.id)
					OR EXISTS (SELECT FROM waitlist_clinics w WHERE w.organization_id = $1 AND w.entry_id = e.id
						AND w.clinic_id = $2))
				AND (NOT EXISTS (SELECT FROM waitlist_practitioners w WHERE w.organization_id = $1 AND w.entry_id = e.id)
					OR EXISTS (SELECT FROM waitlist_practitioners w WHERE w.organization_id = $1 AND w.entry_id = e.id
						AND w.practitioner_id = $3))
				AND NOT EXISTS (SELECT FROM claims k WHERE k.organization_id = $1 AND k.resource_id = ANY (ARRAY[$3, $5, e.patient_id]::uuid[])
					AND k.busy && tstzrange($6::timestamptz, $6::timestamptz + coalesce(ps.duration_minutes, s.duration_minutes) * interval '1 minute')
					AND (k.expires_at IS NULL OR k.expires_at > $7::timestamptz))`,
			[
				...[organizationId, clinicId, practitionerId, exceptEntryIds, roomId],
				...[new Date(startsAt), new Date(now)]
			]
		)
	);
	const found = rows.flatMap((row): Match[] => {
		const { durationMinutes, zone, serviceId } = row;
		const date = localDateOf(startsAt, zone);
		const local = Temporal.Instant.fromEpochMilliseconds(startsAt).toZonedDateTimeISO(zone);
		const minute = local.hour * 60 + local.minute;
		const suits =
			startsAt + durationMinutes * 60_000 <= endsAt &&
			startsAt - now >= row.noticeMinutes * 60_000 &&
			date >= row.firstDate &&
			date <= row.lastDate &&
			(row.weekdays & (1 << (weekdayOf(date) - 1))) !== 0 &&
			minute >= row.fromMinute &&
			minute + durationMinutes <= row.untilMinute;
		if (!suits) return [];
		const score = scoreOf(
			{
				...{ urgency: row.urgency, waitedMinutes: (now - row.waitingSince) / 60_000 },
				...{
					fills: (durationMinutes * 60_000) / (endsAt - startsAt),
					missedOffers: 0,
					weekShare: 1
				},
				...{ namesDoctor: row.namesDoctor, namesClinic: row.namesClinic }
			},
			settings.weights
		);
		const time = { clinicId, practitionerId, roomId, serviceId, startsAt, durationMinutes };
		const { entryId, patientId, urgency, waitingSince } = row;
		return [{ entryId, patientId, urgency, waitingSince, score, time }];
	});
	return found.toSorted(byRank).slice(0, limit);
}
