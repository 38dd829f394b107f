import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridStarts, legalStarts } from '#domain/scheduling/legal-starts.ts';
import { judgePlacement } from '#domain/scheduling/placement.ts';
import { at, span, hours, situation, visit, block, busyList, type Given } from './day-situation.ts';

const ECG: Given['support'] = [{ id: 'ecg', kind: 'equipment', capability: 'ecg' }];

describe('judgePlacement', () => {
	it.each<[name: string, start: number, minutes: number, given: Given, expected: string]>([
		['in free working time', hours(9), 20, {}, 'accepted'],
		['right at the opening', hours(8), 20, {}, 'accepted'],
		['up to the closing', hours(16, 40), 20, {}, 'accepted'],
		['before the opening', hours(7, 55), 20, {}, 'outside-hours'],
		['over the closing', hours(16, 45), 20, {}, 'outside-hours'],
		['into the break', hours(11, 50), 20, {}, 'on-break'],
		[
			'a service that the doctor does not offer',
			hours(9),
			20,
			{ offers: false },
			'service-not-offered'
		],
		['a room of another kind', hours(9), 20, { neededKind: 'ultrasound' }, 'room-unsuitable'],
		['a room of the right kind', hours(9), 20, { neededKind: 'consulting' }, 'accepted'],
		[
			'on a visit of the doctor',
			hours(9),
			20,
			{ practitionerBusy: [visit(550, 560)] },
			'practitioner-busy'
		],
		[
			'on a block of the doctor',
			hours(9),
			20,
			{ practitionerBusy: [block(550, 560)] },
			'practitioner-blocked'
		],
		['on a visit in the room', hours(9), 20, { roomBusy: [visit(530, 541)] }, 'room-busy'],
		['on a block of the room', hours(9), 20, { roomBusy: [block(530, 541)] }, 'room-blocked'],
		[
			'on another visit of the patient',
			hours(9),
			20,
			{ patientBusy: [visit(530, 541)] },
			'patient-busy'
		],
		['right after a visit', hours(9), 20, { practitionerBusy: [visit(520, 540)] }, 'accepted'],
		['right before a visit', hours(9), 20, { practitionerBusy: [visit(560, 580)] }, 'accepted'],
		[
			'with a buffer into the next visit',
			hours(9),
			20,
			{ bufferAfter: 5, roomBusy: [visit(560, 580)] },
			'room-busy'
		],
		[
			'with a buffer into the one before',
			hours(9),
			20,
			{ bufferBefore: 5, practitionerBusy: [visit(520, 540)] },
			'practitioner-busy'
		],
		[
			'a buffer does not hold up the patient',
			hours(9),
			20,
			{ bufferAfter: 5, patientBusy: [visit(560, 580)] },
			'accepted'
		],
		['a buffer may reach over the closing', hours(16, 40), 20, { bufferAfter: 10 }, 'accepted'],
		[
			'a long turnover of the room does not hold up the doctor',
			hours(9),
			20,
			{ roomBufferAfter: 30, practitionerBusy: [visit(560, 580)] },
			'accepted'
		],
		[
			'a long turnover into the next visit in the room',
			hours(9),
			20,
			{ roomBufferAfter: 30, bufferAfter: 0, roomBusy: [visit(580, 600)] },
			'room-busy'
		],
		[
			'when the clinic is closed',
			hours(9),
			20,
			{ clinic: { working: [], away: [span(hours(0), hours(24))] } },
			'clinic-closed'
		],
		[
			'when the doctor is on leave',
			hours(12, 20),
			20,
			{ away: [span(hours(0), hours(24))] },
			'away'
		],
		[
			'with a device that is free',
			hours(9),
			20,
			{ equipmentKinds: ['ecg'], support: ECG },
			'accepted'
		],
		['with a device that nobody has', hours(9), 20, { equipmentKinds: ['ecg'] }, 'equipment-busy'],
		[
			'with two devices where there is one',
			hours(9),
			20,
			{ equipmentKinds: ['ecg', 'ecg'], support: ECG },
			'equipment-busy'
		],
		[
			'with a nurse who is busy',
			hours(9),
			20,
			{
				staffKinds: ['nurse'],
				support: [{ id: 'n', kind: 'staff', capability: 'nurse', busy: [visit(530, 545)] }]
			},
			'staff-busy'
		],
		[
			'on a time that is kept for somebody',
			hours(9),
			20,
			{ practitionerBusy: [{ ...span(540, 560), holdId: 'h' }] },
			'held'
		]
	])('%s', (_, start, durationMinutes, given, expected) => {
		const result = judgePlacement({ startsAt: at(start), durationMinutes }, situation(given));
		expect(result.ok ? 'accepted' : result.refusal.code).toBe(expected);
	});

	it('names what is in the way, and until when', () => {
		const result = judgePlacement(
			{ startsAt: at(hours(9)), durationMinutes: 60 },
			situation({ practitionerBusy: [block(580, 640), visit(550, 570)] })
		);
		expect(result).toEqual({
			ok: false,
			refusal: {
				code: 'practitioner-busy',
				obstacles: [
					{ resourceId: 'doctor', from: at(550), until: at(570), appointmentId: 'a' },
					{ resourceId: 'doctor', from: at(580), until: at(640), blockId: 'b' }
				]
			}
		});
	});
});

describe('an override', () => {
	const judge = (given: Given) =>
		judgePlacement({ startsAt: at(hours(9)), durationMinutes: 20 }, situation(given), {
			override: true
		});

	it('shares the doctor and the room with others, and says so', () => {
		const busy = [visit(530, 550)];
		expect(judge({ practitionerBusy: busy, roomBusy: busy })).toEqual({
			ok: true,
			value: { supportIds: [], place: null, shared: ['doctor', 'room'], isOverride: true }
		});
	});

	it('sets closing times aside, and shares nothing then', () => {
		expect(judge({ clinic: { working: [] } })).toMatchObject({
			value: { shared: [], isOverride: true }
		});
	});

	it('is none where no rule is in the way', () => {
		expect(judge({})).toMatchObject({ value: { shared: [], isOverride: false } });
	});

	it.each<[string, Given, string]>([
		['a patient in two places', { patientBusy: [visit(530, 550)] }, 'patient-busy'],
		['a device in two places', { equipmentKinds: ['ecg'] }, 'equipment-busy'],
		['a service that the doctor does not offer', { offers: false }, 'service-not-offered'],
		['a room without what the service needs', { neededKind: 'x-ray' }, 'room-unsuitable']
	])('never puts %s', (_, given, code) => {
		const judged = judge({ ...given, practitionerBusy: [visit(530, 550)] });
		expect(judged).toMatchObject({ ok: false, refusal: { code } });
	});
});

describe('what lights up is what is accepted', () => {
	it('legalStarts holds exactly the starts that judgePlacement accepts', () => {
		const given = fc.record({
			practitionerBusy: busyList,
			roomBusy: busyList,
			patientBusy: busyList,
			bufferBefore: fc.constantFrom(0, 5, 10),
			bufferAfter: fc.constantFrom(0, 5, 15),
			roomBufferAfter: fc.constantFrom(0, 20),
			equipmentKinds: fc.constantFrom<string[][]>([], ['ecg'], ['ecg', 'ecg']),
			staffKinds: fc.constantFrom<string[][]>([], ['nurse']),
			support: fc
				.array(
					fc.record({
						id: fc.uuid(),
						kind: fc.constant('equipment' as const),
						capability: fc.constantFrom('ecg', 'x-ray'),
						busy: busyList
					}),
					{ maxLength: 3 }
				)
				.map((devices) => [
					...devices,
					...devices.map((one) => ({
						...one,
						kind: 'staff' as const,
						capability: 'nurse',
						id: `n${one.id}`
					}))
				])
		});
		fc.assert(
			fc.property(given, fc.integer({ min: 1, max: 18 }), (g, steps) => {
				const around = situation(g);
				const durationMinutes = steps * 5;
				const lit = new Set(legalStarts(durationMinutes, around).flatMap(gridStarts));
				for (let minute = hours(6); minute < hours(19); minute += 5) {
					const judged = judgePlacement({ startsAt: at(minute), durationMinutes }, around);
					expect([minute, lit.has(at(minute))]).toEqual([minute, judged.ok]);
				}
			})
		);
	});
});
