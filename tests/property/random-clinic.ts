/** A clinic on one day, drawn at random: everything that the search for free times has to get right. */
import type { Random } from '#db/demo/random.ts';
import type { HoursException } from '#domain/availability/exceptions.ts';
import type { ClinicDay, SlotService, SlotWish } from '#domain/availability/slot-wish.ts';
import type { Busy } from '#domain/scheduling/resource-situation.ts';
import type { ResourceHours, WorkingHoursRule } from '#domain/availability/working-hours.ts';

const MINUTE_MS = 60_000;

/** Days on which clocks change among them; the rules stay clear of the hours that are skipped or happen twice. */
const PLACES = [
	['Europe/Warsaw', '2027-03-28'],
	['Europe/Warsaw', '2027-10-31'],
	['America/New_York', '2027-03-14'],
	['Australia/Lord_Howe', '2027-04-04'],
	['Africa/Casablanca', '2025-02-23'],
	['Asia/Kathmandu', '2027-05-05']
] as const;

/** Not past this hour of the next day: clocks change later. */
const LATEST_MINUTE = 1_440 + 60;

export function randomClinic(random: Random): { day: ClinicDay; wish: SlotWish } {
	const [zone, date] = random.pick([...PLACES]);
	const weekday = Temporal.PlainDate.from(date).dayOfWeek;
	const midnight = Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
	const dayAfter = (days: number) => Temporal.PlainDate.from(date).add({ days }).toString();
	const ids = (kind: string, count: number) =>
		Array.from({ length: count }, (_, i) => `${kind}${i}`);
	const list = <T>(most: number, make: () => T) =>
		Array.from({ length: random.whole(0, most) }, make);
	const step = () => random.whole(0, 287) * 5;
	const stretch = (length: number) => {
		const startMinute = random.whole(72, 240) * 5;
		const endMinute = Math.min(
			LATEST_MINUTE,
			startMinute + random.whole(Math.ceil(length / 3), length) * 5
		);
		return { startMinute, endMinute };
	};
	const rule = (kind: 'work' | 'break'): WorkingHoursRule => {
		const days = [weekday, weekday, weekday, weekday, (weekday % 7) + 1, ((weekday + 5) % 7) + 1];
		return {
			...{ kind, ...stretch(kind === 'work' ? 120 : 12), weekday: random.pick(days) },
			validFrom: random.chance(0.1) ? dayAfter(random.whole(-2, 2)) : null,
			validTo: random.chance(0.1) ? dayAfter(random.whole(-2, 2)) : null,
			...(random.chance(0.2)
				? { everyWeeks: random.whole(2, 3), weekOf: dayAfter(random.whole(-20, 20)) }
				: { everyWeeks: 1, weekOf: null })
		};
	};
	const exception = (): HoursException => {
		const first = random.whole(-2, 1);
		const isWholeDay = random.chance(0.3);
		return {
			kind: random.chance(0.5) ? 'closed' : 'extra',
			reason: 'other',
			firstDate: dayAfter(first),
			lastDate: dayAfter(first + random.whole(0, 2)),
			...(isWholeDay ? { startMinute: 0, endMinute: 1_440 } : stretch(60))
		};
	};
	const hours = (always: boolean): ResourceHours => ({
		rules: always
			? []
			: [rule('work'), ...list(4, () => rule('work')), ...list(1, () => rule('break'))],
		exceptions: random.chance(0.3) ? list(2, exception) : [],
		always
	});
	const practitionerIds = ids('doctor', random.whole(1, 4));
	const rooms = ids('room', random.whole(1, 3)).map((id) => ({
		id,
		kind: random.pick(['plain', 'special'])
	}));
	const support = [
		...ids('device', random.whole(0, 2)).map((id) => ({ id, kind: 'equipment' as const })),
		...ids('nurse', random.whole(0, 2)).map((id) => ({ id, kind: 'staff' as const }))
	].map((one) => ({ ...one, capability: 'a' }));
	const resources = [...practitionerIds, ...[...rooms, ...support].map(({ id }) => id)];
	const isThing = (id: string) => /^(room|device|clinic)/.test(id);
	const taken = new Map(
		[...resources, 'patient'].map((id): [string, Busy[]] => [
			id,
			list(5, () => {
				const start = midnight + step() * MINUTE_MS;
				return { start, end: start + random.whole(1, 18) * 5 * MINUTE_MS };
			})
		])
	);
	const service = (id: string): SlotService => {
		const minutes = random.whole(1, 12) * 5;
		const doctors = practitionerIds.filter(() => random.chance(0.85));
		const buffer = () => (random.chance(0.5) ? 0 : random.whole(0, 3) * 5);
		return {
			id,
			needs: {
				places: random.chance(0.4) ? random.whole(2, 4) : 1,
				...{ bufferBeforeMinutes: buffer(), bufferAfterMinutes: buffer() },
				...{ roomBufferBeforeMinutes: buffer(), roomBufferAfterMinutes: buffer() },
				roomKind: random.chance(0.3) ? 'special' : null,
				equipmentKinds: random.chance(0.2) ? ['a'] : [],
				staffKinds: random.chance(0.2) ? ids('a', random.whole(1, 2)).map(() => 'a') : []
			},
			minutesOf: new Map(
				doctors.map((doctor) => [doctor, random.chance(0.2) ? minutes + 5 : minutes])
			)
		};
	};
	/** Groups of a service that are there already, some full, some with a nurse, some over each other. */
	const addSessions = ({ id: serviceId, needs, minutesOf }: SlotService) => {
		if (needs.places === 1) return;
		for (const [practitionerId, usual] of minutesOf) {
			if (random.chance(0.3)) continue;
			const minutes = random.chance(0.85) ? usual : usual + 5;
			const startsAt = midnight + random.whole(84, 220) * 5 * MINUTE_MS;
			const endsAt = startsAt + minutes * MINUTE_MS;
			const roomId = random.pick(rooms).id;
			const session = { practitionerId, roomId, serviceId, startsAt, endsAt };
			const helping = support.filter(() => random.chance(0.4)).map(({ id }) => id);
			for (let place = 1; place <= random.whole(1, needs.places + 1); place++) {
				for (const id of [practitionerId, roomId, ...helping]) {
					const isOfRoom = isThing(id);
					const before = isOfRoom ? needs.roomBufferBeforeMinutes : needs.bufferBeforeMinutes;
					const after = isOfRoom ? needs.roomBufferAfterMinutes : needs.bufferAfterMinutes;
					const claim = {
						start: startsAt - before * MINUTE_MS,
						end: endsAt + after * MINUTE_MS,
						session: { ...session, place }
					};
					taken.get(id)!.push(claim);
				}
			}
		}
	};
	const fromMinute = random.chance(0.5) ? 0 : random.whole(60, 250) * 5;
	const several = random.chance(0.3) ? random.whole(2, 3) : 1;
	const services = ids('service', several).map(service);
	for (const one of services) addSessions(one);
	return {
		day: {
			...{ clinicId: 'clinic', zone, date, practitionerIds, rooms, support },
			hours: new Map([
				['clinic', hours(random.chance(0.7))],
				...resources.map((id): [string, ResourceHours] => [
					id,
					hours(isThing(id) && random.chance(0.5))
				])
			]),
			taken,
			patientId: random.chance(0.5) ? 'patient' : null
		},
		wish: {
			services,
			notBefore: random.chance(0.5) ? 0 : midnight + step() * MINUTE_MS,
			hours: {
				fromMinute,
				untilMinute: random.chance(0.5) ? 2_880 : Math.min(1_440, fromMinute + 300)
			},
			stepMinutes: random.pick([5, 10, 15, 60])
		}
	};
}
