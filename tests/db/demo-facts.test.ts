/** The generated organization against the figures that it follows. */
import { describe, expect, it } from 'vitest';
import { localDateOf } from '../../domain/availability/local-day.ts';
import { workingDay } from '../../domain/availability/working-hours.ts';
import { takesTime } from '../../domain/scheduling/appointment.ts';
import { contains } from '../../domain/scheduling/intervals.ts';
import {
	BY_AGE_DECADE,
	CANCELLED_SHARE,
	LATE_CANCELLED_SHARE,
	LEAD_DAYS,
	NO_SHOW_BY_LEAD,
	NO_SHOW_LEVEL,
	SAME_DAY_SHARE,
	VISITS_PER_PATIENT,
	VOLUME_QUANTILES
} from '../../db/demo/facts.ts';
import { makeOrganization } from '../../db/demo/organization.ts';
import { directoryRows, scheduleRows } from '../../db/demo/rows.ts';
import type { Visit } from '../../db/demo/visits.ts';

const TODAY = '2026-11-18';
const full = makeOrganization({ today: TODAY });
const past = full.visits.filter(({ date }) => date < TODAY);
const settled = past.filter(({ status }) => status === 'fulfilled' || status === 'noshow');

function shareOf(visits: readonly Visit[], fits: (visit: Visit) => boolean): number {
	return visits.filter(fits).length / visits.length;
}
const isMissed = ({ status }: Visit) => status === 'noshow';
const DAY_MS = 24 * 3_600_000;

interface HoursColumns {
	resource_id: string;
	clinic_id: string;
	kind: 'work' | 'break';
	weekday: number;
	start_minute: number;
	end_minute: number;
}

describe('the full demo', () => {
	it('has what was promised', () => {
		expect(full.staff.clinics).toHaveLength(6);
		expect(full.staff.doctors).toHaveLength(40);
		expect(full.staff.clinics.flatMap(({ rooms }) => rooms)).toHaveLength(45);
		expect(full.serviceIds.size).toBe(12);
		expect(full.patients).toHaveLength(25_000);
		const dates = full.visits.map(({ date }) => date);
		expect(dates[0]! >= '2026-09-19').toBe(true);
		expect(dates.at(-1)! <= '2026-12-18').toBe(true);
		expect(dates.at(-1)! >= '2026-12-17').toBe(true);
	});

	it('books as far ahead as was measured', () => {
		expect(shareOf(settled, ({ leadDays }) => leadDays === 0)).toBeCloseTo(SAME_DAY_SHARE, 1.9);
		const all = LEAD_DAYS.reduce((sum, count) => sum + count, 0);
		for (const [from, to] of [
			[0, 0],
			[1, 3],
			[4, 7],
			[8, 14],
			[15, 30],
			[31, 98]
		] as const) {
			const measured = LEAD_DAYS.slice(from, to + 1).reduce((sum, n) => sum + n, 0) / all;
			const made = shareOf(settled, ({ leadDays }) => leadDays >= from && leadDays <= to);
			expect(Math.abs(made - measured), `${from} to ${to} days`).toBeLessThan(0.012);
		}
	});

	it('has as many missed visits as the level says, and more the longer ago they were booked', () => {
		expect(Math.abs(shareOf(settled, isMissed) - NO_SHOW_LEVEL)).toBeLessThan(0.01);
		const level = NO_SHOW_LEVEL / 0.2019;
		let from = 0;
		for (const { upToDays, rate } of NO_SHOW_BY_LEAD) {
			const bucket = settled.filter(({ leadDays }) => leadDays >= from && leadDays <= upToDays);
			from = upToDays + 1;
			if (bucket.length < 400) continue;
			const error = 4 * Math.sqrt((rate * level) / bucket.length);
			expect(
				Math.abs(shareOf(bucket, isMissed) - rate * level),
				`to ${upToDays} days`
			).toBeLessThan(error);
		}
	});

	it('has missed visits by age and by what the patient did before', () => {
		const level = NO_SHOW_LEVEL / 0.2019;
		for (const [decade, { noShow }] of BY_AGE_DECADE.entries()) {
			const bucket = settled.filter(({ patient }) => Math.floor(patient.ageYears / 10) === decade);
			if (bucket.length < 400) continue;
			const error = 4 * Math.sqrt((noShow * level) / bucket.length);
			expect(Math.abs(shareOf(bucket, isMissed) - noShow * level), `${decade}0s`).toBeLessThan(
				error
			);
		}
		const misses = new Map<string, number>();
		const before: Record<'none' | 'some', boolean[]> = { none: [], some: [] };
		for (const visit of settled) {
			const earlier = misses.get(visit.patient.id);
			if (earlier !== undefined) before[earlier === 0 ? 'none' : 'some'].push(isMissed(visit));
			misses.set(visit.patient.id, (earlier ?? 0) + Number(isMissed(visit)));
		}
		const rate = (list: boolean[]) => list.filter((missed) => missed).length / list.length;
		expect(rate(before.some) / rate(before.none)).toBeGreaterThan(1.25);
	});

	it('has clinics of the measured sizes, and full mornings', () => {
		for (const clinic of full.staff.clinics) {
			const own = past.filter((visit) => visit.clinic === clinic && !visit.cancelled);
			const weekdays = own.filter(({ date }) => Temporal.PlainDate.from(date).dayOfWeek <= 5);
			const perDay = weekdays.length / new Set(weekdays.map(({ date }) => date)).size;
			const aim = clinic.plan.visitsPerDay;
			expect(Math.abs(perDay / aim - 1), clinic.plan.name).toBeLessThan(0.12);
			expect(perDay).toBeGreaterThan(VOLUME_QUANTILES.p50 * 0.9);
			expect(perDay).toBeLessThan(VOLUME_QUANTILES.p99);
		}
		const beforeLunch = shareOf(past, ({ start, date }) => {
			const noon = Temporal.PlainDateTime.from(`${date}T13:00`).toZonedDateTime('Europe/London');
			return start < noon.epochMilliseconds;
		});
		expect(beforeLunch).toBeGreaterThan(0.55);
		expect(beforeLunch).toBeLessThan(0.66);
	});

	it('has as many called off as planned, a third of them late', () => {
		const cancelled = past.filter((visit) => visit.cancelled);
		expect(Math.abs(cancelled.length / past.length - CANCELLED_SHARE)).toBeLessThan(0.01);
		const late = shareOf(cancelled, ({ start, cancelled: off }) => start - off!.at < 2 * DAY_MS);
		expect(Math.abs(late - LATE_CANCELLED_SHARE)).toBeLessThan(0.03);
	});

	it('has patients who come as often as measured', () => {
		const visits = Map.groupBy(
			full.visits.filter((visit) => !visit.cancelled),
			({ patient }) => patient.id
		);
		const all = VISITS_PER_PATIENT.reduce((sum, count) => sum + count, 0);
		for (const times of [1, 2, 3]) {
			const made = [...visits.values()].filter((own) => own.length === times).length / visits.size;
			expect(Math.abs(made - VISITS_PER_PATIENT[times - 1]! / all), `${times}`).toBeLessThan(0.02);
		}
	});

	it('marks a visit as the first exactly while the patient has not been here', () => {
		for (const visit of full.visits) {
			const { patient, bookedAt } = visit;
			const wasHere =
				patient.establishedBefore || (patient.firstKept !== null && patient.firstKept <= bookedAt);
			expect(visit.newPatient).toBe(!wasHere);
		}
	});

	it('thins out ahead, and knows nothing that has not happened yet', () => {
		const on = (date: string) => full.visits.filter((visit) => visit.date === date).length;
		expect(on('2026-11-19')).toBeGreaterThan(on('2026-11-26') * 1.3);
		expect(on('2026-11-26')).toBeGreaterThan(on('2026-12-10') * 1.3);
		expect(full.visits.every(({ bookedAt }) => bookedAt <= full.now)).toBe(true);
		const ahead = full.visits.filter(({ start }) => start > full.now + 3_600_000);
		expect(new Set(ahead.map(({ status }) => status))).toEqual(
			new Set(['booked', 'pending', 'cancelled'])
		);
		const rows = Object.fromEntries(scheduleRows(full));
		const at = (rows['events'] as { at: string }[]).map((event) => Date.parse(event.at));
		expect(at.every((moment) => moment <= full.now)).toBe(true);
		expect(at).toEqual(at.toSorted((a, b) => a - b));
	});

	it('lies in everybody’s working hours, with the right room for the service', () => {
		const rules = Object.fromEntries(directoryRows(full))['working_hours'] as HoursColumns[];
		const byResource = Map.groupBy(rules, (rule) => rule.resource_id);
		const hoursOf = (id: string, clinicId: string, date: string) =>
			workingDay(
				{
					rules: (byResource.get(id) ?? [])
						.filter((rule) => rule.clinic_id === clinicId)
						.map((rule) => ({
							kind: rule.kind,
							weekday: rule.weekday,
							startMinute: rule.start_minute,
							endMinute: rule.end_minute,
							...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null }
						})),
					exceptions: [],
					always: !byResource.has(id)
				},
				date,
				'Europe/London'
			).working;
		for (const visit of full.visits.filter(({ date }) => date >= TODAY)) {
			const { service, room, clinic, doctor, start, end } = visit;
			if (service.roomKind !== null) expect(room.kind).toBe(service.roomKind);
			expect(localDateOf(start, 'Europe/London')).toBe(visit.date);
			for (const { id } of [doctor, room]) {
				const working = hoursOf(id, clinic.id, visit.date);
				expect(working.some((hours) => contains(hours, { start, end }))).toBe(true);
			}
		}
	});

	it('is the same again from the same seed, and another from another', () => {
		const rows = (seed: number) =>
			JSON.stringify(scheduleRows(makeOrganization({ today: TODAY, seed, scale: 'small' })));
		expect(rows(1)).toBe(rows(1));
		expect(rows(1)).not.toBe(rows(2));
	});
});

describe('on whatever day it is first opened', () => {
	// Monday to Sunday, and both changes of the clocks.
	const days = [
		...['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'],
		...['2026-11-21', '2026-11-22', '2026-03-29', '2026-10-25', '2028-02-29']
	];
	it.each(days)('%s shows a filled board and the doctor’s own visits', (today) => {
		for (const scale of ['full', 'small'] as const) {
			const demo = makeOrganization({ today, scale });
			const first = demo.visits.filter(
				(visit) => visit.date === today && visit.clinic === demo.staff.clinics[0]
			);
			expect(first.filter(({ status }) => takesTime(status)).length).toBeGreaterThan(20);
			const own = first.filter(({ doctor }) => doctor === demo.staff.doctors[0]);
			expect(own.length).toBeGreaterThan(4);
			const statuses = new Set(first.map(({ status }) => status));
			expect(statuses).toContain('fulfilled');
			expect(statuses).toContain('booked');
		}
	});

	it('is filled at any hour of the day', () => {
		for (const hour of [0, 3, 7, 20, 23]) {
			const now = Temporal.PlainDateTime.from('2026-11-22')
				.add({ hours: hour, minutes: 30 })
				.toZonedDateTime('Europe/London').epochMilliseconds;
			const demo = makeOrganization({ now, scale: 'small' });
			const today = demo.visits.filter(({ date }) => date === '2026-11-22');
			expect(today.length, `${hour}:30`).toBeGreaterThan(20);
		}
	});
});
