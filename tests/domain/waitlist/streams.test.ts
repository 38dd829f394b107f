/** The best of those who wait, found in streams, against looking at everybody; nothing is read from a database. */
import { expect, it } from 'vitest';
import { createRandom } from '#db/demo/random.ts';
import { URGENCIES } from '#domain/waitlist/entry.ts';
import type { PossibleTime } from '#domain/waitlist/possible-times.ts';
import { byRank, SCORE_PARTS, type Weights } from '#domain/waitlist/score.ts';
import { bestOfStreams, breadthOf, type Stream } from '#domain/waitlist/streams.ts';
import { matchOf, type MatchGround, type WaitingEntry } from '#domain/waitlist/suits.ts';

const NOW = Date.UTC(2027, 0, 1);
const DAY = 86_400_000;
const RUNS = 200;

const random = createRandom('streams');

/**
 * @param about the minute until which all can come, more or less; `null`: they differ much
 * @param isAlike whether they lie in few streams
 */
function anyEntry(i: number, about: number | null, isAlike: boolean): WaitingEntry {
	// Some shares of a week lie on the edge of two streams.
	const untilMinute =
		about === null ? random.pick([45, 315, 360, 720, 1_000, 1_440]) : about + random.whole(-60, 60);
	const weekdays = about === null ? random.whole(1, 127) : 127;
	const serviceId = isAlike ? 'short' : random.pick(['short', 'long']);
	const urgency = isAlike ? 'soon' : random.pick(URGENCIES);
	const anyOf = (named: readonly string[]) =>
		isAlike || random.chance(0.5) ? [] : [random.pick(named)];
	const days = about === null ? random.whole(0, 40) : random.whole(600, 900);
	return {
		...{ id: `entry-${i}`, patientId: `patient-${i}`, serviceId },
		...{ urgency, waitingSince: NOW - days * DAY },
		...{ clinicIds: anyOf(['here', 'there']), practitionerIds: anyOf(['doctor', 'other']) },
		...{ firstDate: '2020-01-01', lastDate: '2100-01-01', weekdays },
		...{ fromMinute: 0, untilMinute, noticeMinutes: 0 },
		...{ missedOffers: random.pick([0, 0, 1, 4]), hasOffer: random.chance(0.1), busy: [] },
		patient: {
			...{ birthDate: null, sex: null, established: true, deceased: false, messagesBlocked: false }
		}
	};
}

function timeOf(serviceId: string, fills: number): PossibleTime {
	return {
		...{ clinicId: 'here', practitionerId: 'doctor', roomId: 'room', serviceId, fills, gaps: 0 },
		...{ startsAt: NOW + 3 * DAY, durationMinutes: 20, date: '2027-01-04', weekday: 1 },
		...{ startMinute: 20, endMinute: 40 }
	};
}

const place = (a: WaitingEntry, b: { waitingSince: number; entryId: string }) =>
	a.waitingSince - b.waitingSince || (a.id < b.entryId ? -1 : a.id > b.entryId ? 1 : 0);
const isIn = (entry: WaitingEntry, stream: Stream) =>
	entry.serviceId === stream.serviceId &&
	entry.urgency === stream.urgency &&
	breadthOf(entry) === stream.breadth &&
	(stream.clinicId === null
		? entry.clinicIds.length === 0
		: entry.clinicIds.includes(stream.clinicId)) &&
	(stream.practitionerId === null
		? entry.practitionerIds.length === 0
		: entry.practitionerIds.includes(stream.practitionerId));

it('are those whom looking at everybody finds, in that order', async () => {
	for (let run = 0; run < RUNS; run++) {
		// What tells the close ones apart is known only once they are read.
		const about = random.chance(0.5) ? random.whole(100, 1_380) : null;
		const isAlike = random.chance(0.3);
		const entries = Array.from({ length: random.whole(1, 60) }, (_, i) =>
			anyEntry(i, about, isAlike)
		).sort((a, b) => place(a, { ...b, entryId: b.id }));
		const weights = Object.fromEntries(
			SCORE_PARTS.map((part) => [part, random.pick(about === null ? [0, 1, 10, 100] : [0, 1])])
		) as Weights;
		if (about !== null)
			Object.assign(weights, { window: 100, missed: random.pick([5, 20]), waiting: 1 });
		const times = new Map(
			['short', 'long'].map((id) => [id, [timeOf(id, random.pick([0.5, 1]))]] as const)
		);
		const everybody = { minAgeYears: null, maxAgeYears: null, sex: null, patients: 'all' } as const;
		const groundOf = (serviceId: string): MatchGround => ({
			...{ times: times.get(serviceId)!, service: everybody, weights, now: NOW }
		});
		const match = (entry: WaitingEntry) => matchOf(entry, groundOf(entry.serviceId)) ?? [];
		const all = entries.flatMap(match).sort(byRank);
		const limit = random.pick([1, 3, 20]);
		const exceptEntryIds = random.chance(0.5) ? [] : all.slice(0, 2).map((one) => one.entryId);
		const best = await bestOfStreams(
			{ clinicId: 'here', times, weights, now: NOW, limit, exceptEntryIds },
			{
				read: async (pages) =>
					pages.map(({ stream, after, take }) =>
						entries
							.filter((one) => isIn(one, stream) && (after === null || place(one, after) > 0))
							.slice(0, take)
							.map((one) => ({ ...one, entryId: one.id }))
					),
				settle: async (ids) => entries.filter(({ id }) => ids.includes(id)).flatMap(match)
			}
		);
		const wanted = all.filter(({ entryId }) => !exceptEntryIds.includes(entryId)).slice(0, limit);
		expect([run, best]).toEqual([run, wanted]);
	}
});
