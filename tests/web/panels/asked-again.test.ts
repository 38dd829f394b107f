import { expect, it } from 'vitest';
import { intentSchema, type Intent } from '#domain/scheduling/intents.ts';
import { pendingParts } from '#web/lib/board/visit.ts';
import { askedAgain } from '#web/lib/panels/asked-again.ts';

const block = {
	...{ kind: 'block', blockId: crypto.randomUUID() },
	changes: {
		...{ clinicId: crypto.randomUUID(), resourceId: crypto.randomUUID(), kind: 'break' },
		...{ startsAt: Date.UTC(2027, 0, 4, 9), durationMinutes: 60 }
	}
} as const;
const move = {
	...{ kind: 'move', appointmentId: crypto.randomUUID(), basedOnRevision: 1 },
	changes: { startsAt: Date.UTC(2027, 0, 4, 11) }
};

it.each([
	['a block alone', { id: 'i', madeAt: 1, ...block }],
	['a block of several', { id: 'i', madeAt: 1, kind: 'together', parts: [block] }]
])('%s can be asked for again together with moves, under another id', (_, intent) => {
	const again = askedAgain(pendingParts(intent as Intent));
	const together = { id: 'j', madeAt: 2, kind: 'together', parts: [move, ...again] };
	expect(intentSchema.safeParse(together)).toMatchObject({ success: true });
	expect(again).toMatchObject([{ kind: 'block', changes: block.changes }]);
	expect(again).not.toMatchObject([{ blockId: block.blockId }]);
});
