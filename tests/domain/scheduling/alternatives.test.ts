import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestAlternatives } from '#domain/scheduling/alternatives.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';
import { judgePlacement, type Situation } from '#domain/scheduling/placement.ts';
import {
	MIDNIGHT,
	at,
	hours,
	situation,
	visit,
	block,
	busyList,
	type Given
} from './day-situation.ts';

describe('nearestAlternatives', () => {
	const search = (given: Given, wanted = hours(9), otherRooms: Situation['room'][] = []) =>
		nearestAlternatives({
			wanted: { startsAt: at(wanted), durationMinutes: 20 },
			situation: situation(given),
			otherRooms,
			notBefore: at(0)
		}).map(({ startsAt, roomId }) => [(startsAt - MIDNIGHT) / MINUTE_MS, roomId]);

	it('proposes the nearest start of each free stretch first', () => {
		const practitionerBusy = [visit(540, 560), visit(600, 660)];
		expect(search({ practitionerBusy })).toEqual([
			[520, 'room'],
			[560, 'room'],
			[660, 'room']
		]);
	});

	it('takes another room that suits where the wanted one is taken', () => {
		const given = { roomBusy: [visit(480, 1020)], neededKind: 'consulting' };
		const other = (id: string, kind: string) => ({ ...situation().room, id, kind });
		const rooms = [other('scanner', 'ultrasound'), other('second', 'consulting')];
		expect(search(given, hours(9), rooms)[0]).toEqual([540, 'second']);
	});

	it('does not propose where the visit lies already', () => {
		const present = at(hours(9, 30));
		const found = nearestAlternatives({
			wanted: { startsAt: at(hours(9, 20)), durationMinutes: 20 },
			situation: situation({ practitionerBusy: [visit(560, 570)] }),
			...{ otherRooms: [], notBefore: at(0), present }
		});
		expect(found).toHaveLength(3);
		expect(found.map(({ startsAt }) => startsAt)).not.toContain(present);
	});

	it('proposes nothing when nothing is free, and nothing in the past', () => {
		expect(search({ practitionerBusy: [block(0, 1440)] })).toEqual([]);
		const late = nearestAlternatives({
			wanted: { startsAt: at(hours(9)), durationMinutes: 20 },
			situation: situation(),
			otherRooms: [],
			notBefore: at(hours(16))
		});
		expect(late.every(({ startsAt }) => startsAt >= at(hours(16)))).toBe(true);
		expect(late.length).toBeGreaterThan(0);
	});

	it('proposes only what would be accepted', () => {
		fc.assert(
			fc.property(busyList, busyList, (practitionerBusy, roomBusy) => {
				const around = situation({ practitionerBusy, roomBusy });
				const found = nearestAlternatives({
					wanted: { startsAt: at(hours(10)), durationMinutes: 30 },
					situation: around,
					otherRooms: [],
					notBefore: at(0)
				});
				for (const { startsAt } of found) {
					expect(judgePlacement({ startsAt, durationMinutes: 30 }, around).ok).toBe(true);
				}
			})
		);
	});
});
