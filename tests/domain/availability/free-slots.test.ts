import { describe, expect, it } from 'vitest';
import { freeSlotsOn } from '#domain/availability/free-slots.ts';
import type { ClinicDay } from '#domain/availability/slot-wish.ts';
import type { ResourceHours, WorkingHoursRule } from '#domain/availability/working-hours.ts';

describe('one visit of several services', () => {
	const open: ResourceHours = { rules: [], exceptions: [], always: true };
	const date = '2027-05-05';
	const nine = Date.UTC(2027, 4, 5, 9);
	const needs = {
		...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0, roomKind: null },
		...{ places: 1, roomBufferBeforeMinutes: 0, roomBufferAfterMinutes: 0 },
		...{ equipmentKinds: [], staffKinds: [] }
	};
	const day: ClinicDay = {
		...{ clinicId: 'c', zone: 'UTC', date, practitionerIds: ['a', 'b'], patientId: null },
		rooms: [
			{ id: 'r', kind: 'plain' },
			{ id: 's', kind: 'plain' }
		],
		...{ support: [], taken: new Map() },
		hours: new Map(['c', 'a', 'b', 'r', 's'].map((id) => [id, open]))
	};
	const wish = { notBefore: nine, hours: { fromMinute: 540, untilMinute: 570 }, stepMinutes: 5 };

	it('stays with the doctor and in the room where it can, and follows without a gap', () => {
		const both = new Map([
			['a', 15],
			['b', 15]
		]);
		const services = ['x', 'y'].map((id) => ({ id, needs, minutesOf: both }));
		const [first] = freeSlotsOn(day, { ...wish, services }).slots;
		expect(first).toMatchObject({ practitionerId: 'a', roomId: 'r', durationMinutes: 30 });
		expect(first?.steps).toEqual([
			{ serviceId: 'x', practitionerId: 'a', roomId: 'r', startsAt: nine, durationMinutes: 15 },
			{
				...{ serviceId: 'y', practitionerId: 'a', roomId: 'r' },
				...{ startsAt: nine + 900_000, durationMinutes: 15 }
			}
		]);
	});

	it('goes to another doctor and room where a buffer is in the way, in the other order if need be', () => {
		const buffered = { ...needs, bufferAfterMinutes: 10, roomBufferAfterMinutes: 10 };
		const services = [
			{ id: 'x', needs: buffered, minutesOf: new Map([['b', 10]]) },
			{ id: 'y', needs, minutesOf: new Map([['a', 20]]) }
		];
		const [first] = freeSlotsOn(day, { ...wish, services }).slots;
		expect(first?.steps.map((step) => [step.serviceId, step.practitionerId, step.roomId])).toEqual([
			['y', 'a', 'r'],
			['x', 'b', 'r']
		]);
	});
});

describe('what removed most', () => {
	const at = (hour: number) =>
		Temporal.ZonedDateTime.from(`2027-05-05T${String(hour).padStart(2, '0')}:00[Asia/Kathmandu]`)
			.epochMilliseconds;
	const rule: WorkingHoursRule = {
		...{ kind: 'work', weekday: 3, startMinute: 480, endMinute: 1_020 },
		...{ validFrom: null, validTo: null, everyWeeks: 1, weekOf: null }
	};
	const open: ResourceHours = { rules: [rule], exceptions: [], always: false };
	const shut: ResourceHours = { ...open, rules: [] };
	const hours = (over: Record<string, ResourceHours> = {}) =>
		new Map(Object.entries({ c: open, d: open, r: open, e: open, s: open, ...over }));
	const day = (change: Partial<ClinicDay>): ClinicDay => ({
		...{ clinicId: 'c', zone: 'Asia/Kathmandu', date: '2027-05-05', patientId: 'p' },
		...{ practitionerIds: ['d'], rooms: [{ id: 'r', kind: 'plain' }], taken: new Map() },
		support: [
			{ id: 'e', kind: 'equipment', capability: 'ecg' },
			{ id: 's', kind: 'staff', capability: 'nurse' }
		],
		hours: hours(),
		...change
	});
	const service = {
		id: 'x',
		needs: {
			...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0, roomKind: null },
			...{ places: 1, roomBufferBeforeMinutes: 0, roomBufferAfterMinutes: 0 },
			...{ equipmentKinds: ['ecg'], staffKinds: ['nurse'] }
		},
		minutesOf: new Map([['d', 20]])
	};
	const wish = {
		...{ services: [service], notBefore: 0, stepMinutes: 5 },
		hours: { fromMinute: 480, untilMinute: 1_020 }
	};
	const all = [{ start: at(0), end: at(23) }];

	it('is nothing where everything is free', () => {
		expect(freeSlotsOn(day({}), wish).slots).not.toEqual([]);
	});

	it.each<[string, Partial<ClinicDay>]>([
		['outside-hours', { hours: hours({ d: shut }) }],
		['outside-hours', { hours: hours({ c: shut }) }],
		['practitioner-busy', { taken: new Map([['d', all]]) }],
		['room-busy', { taken: new Map([['r', all]]) }],
		['patient-busy', { taken: new Map([['p', all]]) }],
		['equipment-busy', { taken: new Map([['e', all]]) }],
		['staff-busy', { hours: hours({ s: shut }) }]
	])('is %s', (code, change) => {
		const { slots, removed } = freeSlotsOn(day(change), wish);
		expect(slots).toEqual([]);
		const [most] = Object.entries(removed).sort(([, a], [, b]) => b - a);
		expect(most?.[0]).toBe(code);
	});
});
