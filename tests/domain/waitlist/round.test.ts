/** Who is asked in one round. */
import { describe, expect, it } from 'vitest';
import { byRule, roundOf } from '#domain/waitlist/round.ts';
import { DEFAULT_WEIGHTS, scoreOf } from '#domain/waitlist/score.ts';
import type { Match } from '#domain/waitlist/suits.ts';

const NOON = Date.UTC(2027, 0, 4, 12);
const HOUR = 3_600_000;

function match(
	entryId: string,
	more: Omit<Partial<Match>, 'time'> & { time?: Partial<Match['time']> } = {}
) {
	const { time, ...rest } = more;
	return {
		...{ entryId, patientId: `of-${entryId}`, urgency: 'routine', waitingSince: 0, ...rest },
		score: scoreOf(
			{
				...{ urgency: 'routine', waitedMinutes: 0, fills: 1, namesDoctor: false },
				...{ namesClinic: false, weekShare: 1, missedOffers: 0 }
			},
			DEFAULT_WEIGHTS
		),
		time: {
			...{ clinicId: 'c', practitionerId: 'd', roomId: 'r', serviceId: 's' },
			...{ startsAt: NOON, durationMinutes: 20, ...time }
		}
	} satisfies Match as Match;
}
const idsOf = ({ matches }: { matches: readonly Match[] }) => matches.map((one) => one.entryId);
const nobody = () => false;

describe('a round', () => {
	it.each([
		['doctor', { practitionerId: 'other' }],
		['room', { roomId: 'other' }],
		['service', { serviceId: 'other' }],
		['start', { startsAt: NOON + HOUR }],
		['length', { durationMinutes: 30 }]
	])('is of one time: whoever would have another %s waits', (_, time) => {
		expect(idsOf(roundOf([match('a'), match('b', { time }), match('c')], nobody, 5))).toEqual([
			...['a', 'c']
		]);
	});

	it('has the best of a size, and each patient once', () => {
		const twice = match('b', { patientId: 'of-a' });
		const all = [match('a'), twice, match('c'), match('d')];
		expect(idsOf(roundOf(all, nobody, 5))).toEqual(['a', 'c', 'd']);
		expect(idsOf(roundOf(all, nobody, 2))).toEqual(['a', 'c']);
	});

	it('is the best alone where reception decides; later ones whom it decides about are not in it', () => {
		const urgent = (id: string) => match(id, { urgency: 'urgent' });
		const needsApproval = ({ urgency }: Match) => urgency === 'urgent';
		const first = roundOf([urgent('a'), match('b')], needsApproval, 5);
		expect([idsOf(first), first.isProposed]).toEqual([['a'], true]);
		const later = roundOf([match('a'), urgent('b'), match('c')], needsApproval, 5);
		expect([idsOf(later), later.isProposed]).toEqual([['a', 'c'], false]);
	});
});

describe('a rule', () => {
	const leaves: Record<string, number | null> = {
		...{ now: NOON, morning: NOON + 20 * HOUR, earlier: NOON + 6 * HOUR, none: null }
	};
	const ruled = (...services: string[]) => {
		const some = services.map((serviceId) => match(serviceId, { time: { serviceId } }));
		const { askable, quietUntil } = byRule(some, (id) => leaves[id]!, NOON);
		return [askable.map((one) => one.entryId), quietUntil];
	};

	it('lets us write to those of its service, and not in its quiet hours', () => {
		expect(ruled('now', 'morning')).toEqual([['now'], NOON + 20 * HOUR]);
		expect(ruled('morning', 'earlier')).toEqual([[], NOON + 6 * HOUR]);
	});

	it('that there is not lets nobody be asked', () => {
		expect(ruled('none')).toEqual([[], null]);
	});
});
