/** The rest of a doctor's day, moved together. */
import { expect, it } from 'vitest';
import { lateBy, visitsFrom, type MovableVisit } from '#domain/scheduling/day-moves.ts';
import { MINUTE_MS } from '#domain/scheduling/intervals.ts';

const visit = (id: string, minute: number, more: Partial<MovableVisit> = {}): MovableVisit => ({
	...{ id, practitionerId: 'ada', startsAt: minute * MINUTE_MS, status: 'booked', revision: 3 },
	...more
});

it('the rest of a day is what the doctor can still move, from then on, by time', () => {
	const visits = [
		visit('later', 90),
		visit('then', 30),
		visit('before', 29),
		visit('waits', 60, { status: 'arrived' }),
		visit('over', 40, { status: 'fulfilled' }),
		visit('has no time', 50, { status: 'needs-review' }),
		visit('of a colleague', 45, { practitionerId: 'ben' })
	];
	const rest = visitsFrom(visits, 'ada', 30 * MINUTE_MS);
	expect(rest.map(({ id }) => id)).toEqual(['then', 'waits', 'later']);
});

it('running late says of every move why it is made, so that nobody is told by itself', () => {
	expect(lateBy([visit('one', 30), visit('two', 60)], 20)).toEqual(
		[
			['one', 50],
			['two', 80]
		].map(([id, minute]) => ({
			...{ kind: 'move', appointmentId: id, basedOnRevision: 3, because: 'running-late' },
			changes: { startsAt: Number(minute) * MINUTE_MS }
		}))
	);
});
