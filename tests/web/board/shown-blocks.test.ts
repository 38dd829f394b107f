import { expect, it } from 'vitest';
import type { BlockRow } from '#domain/board/documents.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { shownBlocks } from '#web/lib/board/shown-blocks.ts';
import { pendingParts } from '#web/lib/board/visit.ts';
import type { PendingIntent } from '#web/lib/board/wishes.svelte.ts';

const DAY = 86_400_000;
const GROUND = { clinicId: 'north', dayStart: 0, dayEnd: DAY };
const ROW: BlockRow = {
	...{ resourceId: 'd', startsAt: 3_600_000, durationMinutes: 30, kind: 'break', revision: 2 }
};
const block = (blockId: string, startsAt = 7_200_000, clinicId = 'north') => ({
	...{ kind: 'block' as const, blockId },
	changes: { clinicId, resourceId: 'd', startsAt, durationMinutes: 15, kind: 'leave' as const }
});
const unblock = { kind: 'unblock' as const, blockId: 'there', basedOnRevision: 2 };
const wish = (state: PendingIntent['state'], ...parts: object[]): PendingIntent => {
	const envelope = { id: 'i', madeAt: 0 };
	const intent = (
		parts.length === 1 ? { ...envelope, ...parts[0] } : { ...envelope, kind: 'together', parts }
	) as Intent;
	return { intent, state, parts: pendingParts(intent), isLate: false };
};
const shown = (...pending: PendingIntent[]) =>
	[...shownBlocks(new Map([['there', ROW]]), pending, GROUND)].map(
		([id, row]) => `${id} ${row.kind} ${row.pending ? 'pending' : 'settled'}`
	);

it.each([
	['nothing asked for', [], ['there break settled']],
	['a new one', [wish('waiting', block('new'))], ['there break settled', 'new leave pending']],
	['one that was refused', [wish('refused', block('new'))], ['there break settled']],
	['one that is given back', [wish('waiting', unblock)], []],
	['one that is changed', [wish('waiting', unblock, block('new'))], ['new leave pending']],
	['one of another clinic', [wish('waiting', block('new', 0, 'south'))], ['there break settled']],
	[
		'every week, as far as this day goes',
		[wish('waiting', block('new'), block('next', 7 * DAY))],
		['there break settled', 'new leave pending']
	],
	[
		'every week, once it is accepted: the rows say it',
		[wish('accepted', block('new'), block('next', 7 * DAY))],
		['there break settled']
	],
	['one that is there', [wish('accepted', block('there'))], ['there break settled']]
] as const)('draws %s', (_, pending, expected) => {
	expect(shown(...pending)).toEqual(expected);
});
