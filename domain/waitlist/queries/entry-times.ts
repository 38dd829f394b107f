/** The free times of a day that suit somebody who waits: what lights up on the board. */
import type { Database } from '../../../db/database.ts';
import type { Actor } from '../../access/actor.ts';
import { slotSearchSchema } from '../../availability/slot-search.ts';
import { searchSlots } from '../../availability/queries/slots.ts';
import { GRID_MINUTES } from '../../scheduling/appointment.ts';
import { MINUTE_MS } from '../../scheduling/intervals.ts';
import { accept, refuse, type Result } from '../../scheduling/refusals.ts';
import type { SuitableTime, WaitingPerson } from '../panel.ts';
import { waitingPeople } from './panel.ts';

const STEP_MINUTES = 15;
/** A search gives at most 200 times at once; more than these nobody looks through. */
const MOST_PAGES = 4;

/**
 * @param asked.date the clinic's local date
 * @returns the times at which this very patient could come, as the entry says: days, hours, doctors, notice; none
 *   where the entry is not for this clinic or day. `not-found` for an entry that waits no more
 */
export async function timesForEntry(
	database: Database,
	actor: Actor,
	asked: { clinicId: string; entryId: string; date: string },
	toldBefore: ReadonlySet<string>,
	now: number
): Promise<Result<{ entry: WaitingPerson; times: SuitableTime[] }>> {
	const { clinicId, entryId, date } = asked;
	const read = await waitingPeople(database, actor, { clinicId, entryIds: [entryId] }, toldBefore);
	if (!read.ok) return read;
	const [entry] = read.value;
	if (!entry) return refuse('not-found', { field: 'entryId' });
	const weekday = Temporal.PlainDate.from(date).dayOfWeek;
	const isForDay =
		entry.firstDate <= date && date <= entry.lastDate && entry.weekdays.includes(weekday);
	const isForClinic = entry.clinics.length === 0 || entry.clinics.some(({ id }) => id === clinicId);
	if (!isForDay || !isForClinic) return accept({ entry, times: [] });
	const from = Math.ceil(entry.fromMinute / GRID_MINUTES) * GRID_MINUTES;
	const until = Math.floor(entry.untilMinute / GRID_MINUTES) * GRID_MINUTES;
	if (from >= until) return accept({ entry, times: [] });
	const times: SuitableTime[] = [];
	let after: string | undefined;
	for (let page = 0; page < MOST_PAGES; page++) {
		const search = slotSearchSchema.parse({
			...{ clinicIds: [clinicId], serviceIds: [entry.service.id], from: date, days: 1, limit: 200 },
			...(entry.doctors.length > 0 ? { practitionerIds: entry.doctors.map(({ id }) => id) } : {}),
			...(entry.patient ? { patientId: entry.patient.id } : {}),
			...{ hours: { fromMinute: from, untilMinute: until }, stepMinutes: STEP_MINUTES },
			...(after ? { after } : {})
		});
		const found = await searchSlots(database, actor, search, now);
		if (!found.ok) return found;
		times.push(
			...found.value.slots
				.filter(({ startsAt }) => startsAt >= now + entry.noticeMinutes * MINUTE_MS)
				.map(({ practitionerId, roomId, startsAt, durationMinutes }) => ({
					...{ practitionerId, roomId, startsAt, durationMinutes }
				}))
		);
		if (found.value.next === null) break;
		after = found.value.next;
	}
	return accept({ entry, times });
}
