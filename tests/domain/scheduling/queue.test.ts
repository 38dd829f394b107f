import { describe, expect, it } from 'vitest';
import { queuesOf, type QueuedVisit } from '#domain/scheduling/queue.ts';

const at = (hour: number, minute = 0) => Date.UTC(2027, 0, 4, hour, minute);
const visit = (id: string, over: Partial<QueuedVisit> = {}): QueuedVisit => ({
	...{ id, practitionerId: 'd', startsAt: at(9), durationMinutes: 20, status: 'arrived' },
	...{ arrivedAt: at(8, 50), wentInAt: null },
	...over
});
const queue = (visits: QueuedVisit[], now: number) => queuesOf(visits, now)[0];
const shown = (visits: QueuedVisit[], now: number) =>
	queue(visits, now)?.waiting.map(({ visit: { id }, place, expectedAt }) => [
		...[id, place, new Date(expectedAt).toISOString().slice(11, 16)]
	]);

describe('the queue of a doctor', () => {
	it('goes by the time of the visit, not by who came first', () => {
		const early = visit('early', { startsAt: at(9, 40), arrivedAt: at(8) });
		expect(shown([early, visit('first')], at(9))).toEqual([
			['first', 1, '09:00'],
			['early', 2, '09:40']
		]);
	});

	it('puts whoever is late behind those who were there', () => {
		const late = visit('late', { arrivedAt: at(9, 30) });
		const next = visit('next', { startsAt: at(9, 20) });
		expect(shown([late, next], at(9, 30))).toEqual([
			['next', 1, '09:30'],
			['late', 2, '09:50']
		]);
	});

	it('is late by what really happened: when the present visit began', () => {
		const inside = visit('inside', { status: 'checked-in', wentInAt: at(9, 15) });
		const next = visit('next', { startsAt: at(9, 20) });
		expect(queue([inside, next], at(9, 16))).toMatchObject({
			...{ inRoom: { id: 'inside' }, delayMinutes: 15 },
			waiting: [{ place: 1, expectedAt: at(9, 35) }]
		});
	});

	it('takes a visit that runs over to end in five minutes', () => {
		const inside = visit('inside', { status: 'checked-in', wentInAt: at(9) });
		const next = visit('next', { startsAt: at(9, 20) });
		expect(queue([inside, next], at(9, 30))?.delayMinutes).toBe(15);
		expect(queue([inside], at(9, 30))?.delayMinutes).toBe(15);
	});

	it('is on time when it is, and not there when nobody waits', () => {
		expect(queue([visit('a', { startsAt: at(9, 10) })], at(9))?.delayMinutes).toBe(0);
		const over = ['fulfilled', 'cancelled', 'noshow', 'booked'] as const;
		expect(
			queuesOf(
				over.map((status) => visit(status, { status })),
				at(9)
			)
		).toEqual([]);
	});

	it('is one for each doctor', () => {
		const other = visit('other', { practitionerId: 'e' });
		expect(queuesOf([visit('a'), other], at(9)).map((one) => one.practitionerId)).toEqual([
			'd',
			'e'
		]);
	});
});
