import { describe, expect, it } from 'vitest';
import { changedBlock } from '#domain/scheduling/block-moves.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { undoWords, type UndoWordsContext } from '#web/lib/board/undo-words.ts';
import type { Visit } from '#web/lib/board/visit.ts';
import { noteWords } from '#web/lib/panels/undo-note-words.ts';

const TEN = Date.UTC(2027, 0, 4, 10);
const HOUR = 3_600_000;
const visit = { startsAt: TEN, durationMinutes: 20, person: { name: 'Kowalska' } } as Visit;
const context: UndoWordsContext = {
	visitOf: () => visit,
	blockOf: () => undefined,
	nameOf: (id) => ({ b: 'Dr B', r: 'Room 2' })[id],
	statusLabel: (status) => status,
	...{ zone: 'UTC', date: '2027-01-04' }
};
const words = (part: object) =>
	undoWords(
		{ id: 'i', madeAt: 0, appointmentId: 'v', basedOnRevision: 1, ...part } as Intent,
		context
	);

describe('what can be undone is said', () => {
	it.each([
		[{ kind: 'move', changes: { startsAt: TEN + HOUR } }, 'moved 10:00 → 11:00'],
		[
			{ kind: 'move', changes: { startsAt: TEN + HOUR, practitionerId: 'b' } },
			'moved 10:00 → 11:00, Dr B'
		],
		[{ kind: 'move', changes: { roomId: 'r' } }, 'moved 10:00 to Room 2'],
		[{ kind: 'move', changes: { startsAt: TEN + 24 * HOUR } }, 'moved 10:00 → Tue 5 Jan, 10:00'],
		[{ kind: 'resize', changes: { durationMinutes: 40 } }, '10:00, 20 → 40 min'],
		[{ kind: 'set-status', changes: { status: 'arrived' } }, "10:00 set to 'arrived'"],
		[{ kind: 'cancel', changes: { reason: 'other' } }, 'cancelled 10:00'],
		[{ kind: 'remark', changes: { remark: 'private' } }, 'note of 10:00'],
		[{ kind: 'together', parts: [{ kind: 'move' }, { kind: 'move' }] }, '2 visits moved']
	])('%o', (part, told) => {
		expect(words(part)).toBe(told);
	});

	it.each([
		['at another time', { startsAt: TEN + HOUR, durationMinutes: 30 }, 'break 10:00 → 11:00'],
		['longer', { startsAt: TEN, durationMinutes: 45 }, 'break 10:00, 30 → 45 min'],
		['both', { startsAt: TEN + HOUR, durationMinutes: 45 }, 'break 10:00 → 11:00, 30 → 45 min']
	])('a block that is given back and taken anew is one that is changed: %s', (_, to, told) => {
		const block = { resourceId: 'b', kind: 'break', startsAt: TEN, durationMinutes: 30 } as const;
		const parts = changedBlock({ ...block, id: 'x', revision: 1 }, { clinicId: 'c', ...to });
		const blockOf = () => ({ ...block, revision: 1 });
		const intent = { id: 'i', madeAt: 0, kind: 'together', parts } as Intent;
		expect(undoWords(intent, { ...context, blockOf })).toBe(told);
	});

	it('never with who the patient is or what was written', () => {
		expect(words({ kind: 'remark', changes: { remark: 'private' } })).not.toMatch(
			/Kowalska|private/
		);
	});
});

describe('what was done is said', () => {
	const note = { words: 'cancelled 10:00', why: '', isTold: true, since: TEN, at: TEN };
	const at = (graceMinutes: number) => ({ graceMinutes, zone: 'UTC' });
	it('with when the patient may hear of it', () => {
		const done = { ...note, state: 'done' as const };
		expect(noteWords(done, at(2), TEN)).toBe(
			'Done: cancelled 10:00. Nothing is sent to patients before 10:02.'
		);
		expect(noteWords(done, at(0), TEN)).toBe('Done: cancelled 10:00.');
		expect(noteWords({ ...done, isTold: false }, at(2), TEN)).toBe('Done: cancelled 10:00.');
	});
	it('and that nobody has, when it was undone in time', () => {
		const undone = { ...note, state: 'undone' as const, at: TEN + 60_000 };
		expect(noteWords(undone, at(2), TEN)).toBe('Undone: cancelled 10:00. No patient was told.');
		expect(noteWords({ ...undone, at: TEN + 600_000 }, at(2), TEN)).toBe(
			'Undone: cancelled 10:00.'
		);
	});
});
