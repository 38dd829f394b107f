import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '#db/demo/random.ts';
import {
	freeSlotsOn,
	type ClinicDay,
	type FreeSlot,
	type SlotWish
} from '#domain/availability/free-slots.ts';
import type { WorkingHoursRule } from '#domain/availability/working-hours.ts';

const MINUTE_MS = 60_000;
const CLINICS = 500;
const SEED = process.env.DAYBOARD_SEED ?? 'free slots';

/** Days on which clocks change among them; the rules stay clear of the hours that are skipped or happen twice. */
const PLACES = [
	['Europe/Warsaw', '2027-03-28'],
	['Europe/Warsaw', '2027-10-31'],
	['America/New_York', '2027-03-14'],
	['Australia/Lord_Howe', '2027-04-04'],
	['Africa/Casablanca', '2025-02-23'],
	['Asia/Kathmandu', '2027-05-05']
] as const;

function randomClinic(random: Random): { day: ClinicDay; wish: SlotWish } {
	const [zone, date] = random.pick([...PLACES]);
	const weekday = Temporal.PlainDate.from(date).dayOfWeek;
	const midnight = Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
	const ids = (kind: string, count: number) =>
		Array.from({ length: count }, (_, i) => `${kind}${i}`);
	const practitionerIds = ids('doctor', random.whole(1, 4));
	const roomIds = ids('room', random.whole(1, 3));
	const step = () => random.whole(0, 287) * 5;
	const ruleOf = (kind: 'work' | 'break'): WorkingHoursRule => {
		const startMinute = random.whole(72, 200) * 5;
		const endMinute = Math.min(
			1_440,
			startMinute + random.whole(1, kind === 'work' ? 100 : 12) * 5
		);
		// Now and then a rule of another day, or one that is over.
		return {
			...{ kind, startMinute, endMinute },
			weekday: random.chance(0.9) ? weekday : (weekday % 7) + 1,
			validFrom: null,
			validTo: random.chance(0.1) ? '2026-12-31' : null
		};
	};
	const rules = new Map(
		[...practitionerIds, ...roomIds].map((id) => [
			id,
			[
				...Array.from({ length: random.whole(0, 3) }, () => ruleOf('work')),
				...Array.from({ length: random.whole(0, 2) }, () => ruleOf('break'))
			]
		])
	);
	const taken = new Map(
		[...practitionerIds, ...roomIds, 'patient'].map((id) => [
			id,
			Array.from({ length: random.whole(0, 8) }, () => {
				const start = midnight + step() * MINUTE_MS;
				return { start, end: start + random.whole(1, 18) * 5 * MINUTE_MS };
			})
		])
	);
	const fromMinute = random.chance(0.5) ? 0 : step();
	return {
		day: {
			...{ clinicId: 'clinic', zone, date, practitionerIds, roomIds, rules, taken },
			patientId: random.chance(0.5) ? 'patient' : null
		},
		wish: {
			service: {
				bufferBeforeMinutes: random.whole(0, 3) * 5,
				bufferAfterMinutes: random.whole(0, 3) * 5,
				roomKind: null
			},
			durationMinutes: random.whole(1, 12) * 5,
			notBefore: random.chance(0.5) ? 0 : midnight + step() * MINUTE_MS,
			hours: {
				fromMinute,
				untilMinute: random.chance(0.5) ? 1_440 : Math.min(1_440, fromMinute + 300)
			},
			stepMinutes: random.pick([5, 10, 15, 60])
		}
	};
}

/** The same question asked minute by minute: no interval, no subtraction, nothing shared with the search. */
function oracle({ day, wish }: { day: ClinicDay; wish: SlotWish }): FreeSlot[] {
	const { zone, date } = day;
	const first = Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
	const next = Temporal.PlainDate.from(date).add({ days: 1 });
	const last = next.toZonedDateTime(zone).epochMilliseconds;
	const weekday = Temporal.PlainDate.from(date).dayOfWeek;
	const wall = new Map<number, number>();
	for (let at = first; at < last; at += MINUTE_MS) {
		const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
		wall.set(at, hour * 60 + minute);
	}
	const holds = (rule: WorkingHoursRule, at: number) =>
		rule.weekday === weekday &&
		(rule.validTo === null || date <= rule.validTo) &&
		rule.startMinute <= wall.get(at)! &&
		wall.get(at)! < rule.endMinute;
	const present = (id: string, at: number) => {
		const rules = day.rules.get(id) ?? [];
		const works = rules.some((rule) => rule.kind === 'work' && holds(rule, at));
		return works && !rules.some((rule) => rule.kind === 'break' && holds(rule, at));
	};
	const takenAt = (id: string, at: number) =>
		(day.taken.get(id) ?? []).some(({ start, end }) => start <= at && at < end);
	const minutes = (from: number, count: number) =>
		Array.from({ length: count }, (_, i) => from + i * MINUTE_MS);
	const canTake = (id: string, startsAt: number) =>
		minutes(startsAt, wish.durationMinutes).every((at) => wall.has(at) && present(id, at)) &&
		minutes(
			startsAt - wish.service.bufferBeforeMinutes * MINUTE_MS,
			wish.service.bufferBeforeMinutes + wish.durationMinutes + wish.service.bufferAfterMinutes
		).every((at) => !takenAt(id, at));
	const slots: FreeSlot[] = [];
	for (const [startsAt, wallMinute] of wall) {
		if (startsAt < wish.notBefore || startsAt % (5 * MINUTE_MS) !== 0) continue;
		if (wallMinute % wish.stepMinutes !== 0) continue;
		const visit = minutes(startsAt, wish.durationMinutes);
		const wished = visit.every((at) => {
			const minute = wall.get(at) ?? -1;
			return wish.hours.fromMinute <= minute && minute < wish.hours.untilMinute;
		});
		if (!wished) continue;
		if (day.patientId !== null && visit.some((at) => takenAt(day.patientId!, at))) continue;
		const roomId = day.roomIds.find((id) => canTake(id, startsAt));
		if (roomId === undefined) continue;
		for (const practitionerId of day.practitionerIds) {
			if (!canTake(practitionerId, startsAt)) continue;
			slots.push({ clinicId: day.clinicId, date, practitionerId, roomId, startsAt });
		}
	}
	return slots;
}

it(`agrees with a search minute by minute on ${CLINICS} random clinics (seed "${SEED}")`, () => {
	const random = createRandom(SEED);
	let some = 0;
	for (let clinic = 0; clinic < CLINICS; clinic++) {
		const asked = randomClinic(random);
		const { slots } = freeSlotsOn(asked.day, asked.wish);
		expect([clinic, slots]).toEqual([clinic, oracle(asked)]);
		if (slots.length > 0) some++;
	}
	// A search that finds nothing agrees with everything.
	expect(some).toBeGreaterThan(CLINICS / 4);
});

describe('what removed most', () => {
	const base = randomClinic(createRandom('reasons'));
	const at = (hour: number) =>
		Temporal.ZonedDateTime.from(`2027-05-05T${String(hour).padStart(2, '0')}:00[Asia/Kathmandu]`)
			.epochMilliseconds;
	const open: WorkingHoursRule = {
		...{ kind: 'work', weekday: 3, startMinute: 480, endMinute: 1_020 },
		...{ validFrom: null, validTo: null }
	};
	const day = (change: Partial<ClinicDay>): ClinicDay => ({
		...{ clinicId: 'c', zone: 'Asia/Kathmandu', date: '2027-05-05', patientId: 'p' },
		...{ practitionerIds: ['d'], roomIds: ['r'], taken: new Map() },
		rules: new Map([
			['d', [open]],
			['r', [open]]
		]),
		...change
	});
	const wish = { ...base.wish, notBefore: 0, hours: { fromMinute: 480, untilMinute: 1_020 } };
	const all = [{ start: at(0), end: at(23) }];

	it.each<[string, Partial<ClinicDay>]>([
		['outside-hours', { rules: new Map([['r', [open]]]) }],
		['practitioner-busy', { taken: new Map([['d', all]]) }],
		['room-busy', { taken: new Map([['r', all]]) }],
		['patient-busy', { taken: new Map([['p', all]]) }]
	])('is %s', (code, change) => {
		const { slots, removed } = freeSlotsOn(day(change), wish);
		expect(slots).toEqual([]);
		const [most] = Object.entries(removed).sort(([, a], [, b]) => b - a);
		expect(most?.[0]).toBe(code);
	});
});
