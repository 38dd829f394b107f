import { describe, expect, it } from 'vitest';
import { changedBlock, MAX_BLOCK_WEEKS, weeklyBlocks } from '#domain/scheduling/block-moves.ts';
import type { PartOf } from '#domain/scheduling/intents.ts';
import { intentSchema } from '#domain/scheduling/intents.ts';

/** A Monday at nine in Warsaw, two weeks before clocks go back. */
const STARTS_AT = Date.UTC(2026, 9, 12, 7);
const ids = { clinicId: crypto.randomUUID(), resourceId: crypto.randomUUID() };
const BLOCK: PartOf<'block'> = {
	...{ kind: 'block', blockId: crypto.randomUUID() },
	changes: { ...ids, startsAt: STARTS_AT, durationMinutes: 30, kind: 'break' }
};
const weekly = (until: string) => weeklyBlocks(BLOCK, until, 'Europe/Warsaw');

describe('a block that repeats every week', () => {
	it('stays at nine by the clock on the wall, until its last day', () => {
		const blocks = weekly('2026-11-02');
		if (!blocks.ok) throw new Error(blocks.refusal.code);
		const starts = blocks.value.map(({ changes }) => new Date(changes.startsAt).toISOString());
		expect(starts).toEqual([
			'2026-10-12T07:00:00.000Z',
			'2026-10-19T07:00:00.000Z',
			'2026-10-26T08:00:00.000Z',
			'2026-11-02T08:00:00.000Z'
		]);
		expect(new Set(blocks.value.map(({ blockId }) => blockId)).size).toBe(4);
		expect(blocks.value[0]!.blockId).toBe(BLOCK.blockId);
		const intent = { id: 'i', madeAt: 0, kind: 'together', parts: blocks.value };
		expect(intentSchema.safeParse(intent).success).toBe(true);
	});

	it.each([
		['the day itself', '2026-10-12', 1],
		['a day before the next', '2026-10-18', 1],
		['a year of weeks', '2027-10-04', MAX_BLOCK_WEEKS]
	])('until %s', (_, until, count) => {
		const blocks = weekly(until);
		expect(blocks.ok && blocks.value).toHaveLength(count);
	});

	it.each([
		['before it begins', '2026-10-11'],
		['too many weeks', '2027-10-11']
	])('is refused: %s', (_, until) => {
		expect(weekly(until)).toEqual({
			ok: false,
			refusal: { code: 'invalid', field: 'untilDate' }
		});
	});
});

it('a block that is changed is given back and taken anew', () => {
	const block = {
		id: BLOCK.blockId,
		revision: 3,
		resourceId: ids.resourceId,
		kind: 'leave'
	} as const;
	const to = { clinicId: ids.clinicId, startsAt: STARTS_AT, durationMinutes: 45 };
	expect(changedBlock(block, to, () => 'new')).toEqual([
		{ kind: 'unblock', blockId: BLOCK.blockId, basedOnRevision: 3 },
		{
			...{ kind: 'block', blockId: 'new' },
			changes: { ...to, resourceId: ids.resourceId, kind: 'leave' }
		}
	]);
});
