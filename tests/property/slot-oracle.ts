/**
 * The search for free times asked again minute by minute: no interval, no subtraction, nothing shared with the search.
 */
import type { HoursException } from '#domain/availability/exceptions.ts';
import type { ClinicDay, SlotService, SlotWish } from '#domain/availability/slot-wish.ts';
import type { SessionTime } from '#domain/scheduling/group-sessions.ts';
import type { WorkingHoursRule } from '#domain/availability/working-hours.ts';

const MINUTE_MS = 60_000;

export interface Step {
	serviceId: string;
	practitionerId: string;
	roomId: string;
	startsAt: number;
	durationMinutes: number;
}

export function slotOracle(day: ClinicDay, wish: SlotWish) {
	const { zone, date } = day;
	const midnight = (days: number) =>
		Temporal.PlainDate.from(date).add({ days }).toZonedDateTime(zone).epochMilliseconds;
	const wall = new Map<number, { date: string; weekday: number; minute: number; week: number }>();
	for (let at = midnight(-1); at < midnight(2); at += MINUTE_MS) {
		const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
		wall.set(at, {
			...{ date: local.toPlainDate().toString(), weekday: local.dayOfWeek },
			minute: local.hour * 60 + local.minute,
			week: Math.floor((local.toPlainDate().since('1970-01-05').days + 7_000_000) / 7)
		});
	}
	const weekOf = (text: string) =>
		Math.floor((Temporal.PlainDate.from(text).since('1970-01-05').days + 7_000_000) / 7);
	const yesterday = (at: number) =>
		Temporal.PlainDate.from(wall.get(at)!.date).subtract({ days: 1 });
	const ruleOn = (rule: WorkingHoursRule, on: string, minute: number) =>
		Temporal.PlainDate.from(on).dayOfWeek === rule.weekday &&
		(rule.validFrom === null || on >= rule.validFrom) &&
		(rule.validTo === null || on <= rule.validTo) &&
		(rule.everyWeeks === 1 || (weekOf(on) - weekOf(rule.weekOf!)) % rule.everyWeeks === 0) &&
		rule.startMinute <= minute &&
		minute < rule.endMinute;
	const exceptionOn = (one: HoursException, on: string, minute: number) =>
		one.firstDate <= on &&
		on <= one.lastDate &&
		one.startMinute <= minute &&
		minute < one.endMinute;
	/** On the minute's own day, or on the day before and past midnight. */
	const covers = <T>(
		holds: (item: T, on: string, minute: number) => boolean,
		item: T,
		at: number
	) =>
		holds(item, wall.get(at)!.date, wall.get(at)!.minute) ||
		holds(item, yesterday(at).toString(), wall.get(at)!.minute + 1_440);
	const seen = new Map<string, boolean>();
	const isThere = (id: string, at: number): boolean => {
		const key = `${id}/${at}`;
		const known = seen.get(key);
		if (known !== undefined) return known;
		const hours = day.hours.get(id) ?? { rules: [], exceptions: [], always: false };
		const rule = (kind: string) =>
			hours.rules.some((one) => one.kind === kind && covers(ruleOn, one, at));
		const exception = (kind: string) =>
			hours.exceptions.some((one) => one.kind === kind && covers(exceptionOn, one, at));
		const usual = (hours.always || rule('work')) && !rule('break') && !exception('closed');
		seen.set(key, usual || exception('extra'));
		return seen.get(key)!;
	};
	/** @param group the claims of this one group are in nobody's way */
	const isTaken = (id: string, at: number, group: string | null) =>
		(day.taken.get(id) ?? []).some(
			({ start, end, session }) =>
				start <= at && at < end && (group === null || !session || nameOf(session) !== group)
		);
	const nameOf = (one: SessionTime) =>
		`${one.serviceId} ${one.practitionerId} ${one.roomId} ${one.startsAt} ${one.endsAt}`;
	const minutes = (from: number, count: number) =>
		Array.from({ length: count }, (_, i) => from + i * MINUTE_MS);

	function isFree(
		id: string,
		startsAt: number,
		length: number,
		[before, after]: readonly [number, number],
		group: string | null
	) {
		const visit = minutes(startsAt, length);
		const taken = minutes(startsAt - before * MINUTE_MS, before + length + after);
		return (
			visit.every((at) => wall.has(at) && isThere(id, at) && isThere(day.clinicId, at)) &&
			!taken.some((at) => isTaken(id, at, group))
		);
	}

	/** What a step takes beside the patient, minute by minute: `id/minute`. */
	function* placements(service: SlotService, doctor: string, startsAt: number) {
		const length = service.minutesOf.get(doctor);
		if (length === undefined) return;
		const { needs } = service;
		const own = [needs.bufferBeforeMinutes, needs.bufferAfterMinutes] as const;
		const rooms = [needs.roomBufferBeforeMinutes, needs.roomBufferAfterMinutes] as const;
		const visit = minutes(startsAt, length);
		const wished = visit.every((at) => {
			const local = wall.get(at);
			if (!local) return false;
			const minute = local.minute + (local.date > date ? 1_440 : 0);
			return (
				local.date >= date && wish.hours.fromMinute <= minute && minute < wish.hours.untilMinute
			);
		});
		if (!wished || startsAt < wish.notBefore) return;
		if (day.patientId !== null && visit.some((at) => isTaken(day.patientId!, at, null))) return;
		for (const room of day.rooms) {
			if (needs.roomKind !== null && room.kind !== needs.roomKind) continue;
			const place = { serviceId: service.id, practitionerId: doctor, roomId: room.id };
			const endsAt = startsAt + length * MINUTE_MS;
			const group = needs.places === 1 ? null : nameOf({ ...place, startsAt, endsAt });
			const inGroup = (day.taken.get(doctor) ?? []).filter(
				({ session }) => session && nameOf(session) === group
			);
			if (inGroup.length >= needs.places) continue;
			if (!isFree(doctor, startsAt, length, own, group)) continue;
			if (!isFree(room.id, startsAt, length, rooms, group)) continue;
			const free = (kind: 'equipment' | 'staff', capability: string) =>
				day.support.filter(
					(one) =>
						one.kind === kind &&
						one.capability === capability &&
						isFree(one.id, startsAt, length, kind === 'staff' ? own : rooms, group)
				);
			const wanted = [
				...needs.equipmentKinds.map((capability) => free('equipment', capability)),
				...needs.staffKinds.map((capability) => free('staff', capability))
			];
			for (const support of distinct(wanted)) {
				const taken = new Set<string>();
				const take = (id: string, [before, after]: readonly [number, number]) => {
					for (const at of minutes(startsAt - before * MINUTE_MS, before + length + after)) {
						taken.add(`${id}/${at}`);
					}
				};
				take(doctor, own);
				take(room.id, rooms);
				for (const one of support) take(one.id, one.kind === 'staff' ? own : rooms);
				yield { roomId: room.id, length, taken };
			}
		}
	}

	function isPossible(services: SlotService[], doctor: string | null, startsAt: number): boolean {
		return search(services, doctor, startsAt, []);
	}

	function search(
		services: SlotService[],
		doctor: string | null,
		startsAt: number,
		before: Set<string>[]
	): boolean {
		if (services.length === 0) return true;
		for (const service of services) {
			const rest = services.filter((other) => other !== service);
			for (const who of doctor === null ? day.practitionerIds : [doctor]) {
				for (const { length, taken } of placements(service, who, startsAt)) {
					if (before.some((earlier) => !earlier.isDisjointFrom(taken))) continue;
					const next = startsAt + length * MINUTE_MS;
					if (search(rest, null, next, [...before, taken])) return true;
				}
			}
		}
		return false;
	}

	/** @returns `startsAt/doctor`, in no order */
	function starts(): string[] {
		const found: string[] = [];
		for (const [startsAt, { minute }] of wall) {
			if (startsAt < midnight(0) || startsAt >= midnight(1)) continue;
			if (startsAt % (5 * MINUTE_MS) !== 0 || minute % wish.stepMinutes !== 0) continue;
			for (const doctor of day.practitionerIds) {
				if (isPossible([...wish.services], doctor, startsAt)) found.push(`${startsAt}/${doctor}`);
			}
		}
		return found;
	}

	/** Whether a found visit really fits, step by step, and which room comes first for a single one. */
	function fits(steps: readonly Step[]): boolean {
		const before: Set<string>[] = [];
		return steps.every((step, i) => {
			const service = wish.services.find(({ id }) => id === step.serviceId)!;
			const follows = i === 0 || steps[i - 1]!.startsAt + steps[i - 1]!.durationMinutes * MINUTE_MS;
			if (i > 0 && follows !== step.startsAt) return false;
			const placed = [...placements(service, step.practitionerId, step.startsAt)].find(
				({ roomId, length, taken }) =>
					roomId === step.roomId &&
					length === step.durationMinutes &&
					before.every((earlier) => earlier.isDisjointFrom(taken))
			);
			if (placed) before.push(placed.taken);
			return placed !== undefined;
		});
	}

	const firstRoom = (service: SlotService, doctor: string, startsAt: number) =>
		placements(service, doctor, startsAt).next().value?.roomId;

	return { starts, fits, firstRoom };
}

/** Every choice of one from each list, nothing twice. */
function* distinct<T extends { id: string }>(lists: T[][]): Generator<T[]> {
	const [first, ...rest] = lists;
	if (!first) {
		yield [];
		return;
	}
	for (const one of first) {
		for (const others of distinct(rest)) {
			if (!others.some(({ id }) => id === one.id)) yield [one, ...others];
		}
	}
}
