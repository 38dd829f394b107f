import { describe, expect, it } from 'vitest';
import type { Intent } from '#domain/scheduling/intents.ts';
import { Wishes, type NewIntent } from '#web/lib/board/wishes.svelte.ts';

/** A desk on which nothing is judged, a board on which every visit has revision 3 at first. */
function desk({ isLive = true } = {}) {
	const held = new Map<string, Intent>();
	const line = { isLive, revision: 3 };
	const wishes = new Wishes({
		put: (intent) => held.set(intent.id, intent),
		drop: (id) => held.delete(id),
		isLive: () => line.isLive,
		revisionOf: () => line.revision
	});
	const move = (visit: string, startsAt: number): string =>
		wishes.submit({
			...{ kind: 'move', appointmentId: visit, basedOnRevision: wishes.revisionOf(visit) },
			changes: { startsAt }
		} as NewIntent);
	return { wishes, held, line, move };
}
const refused = (intentId: string) => ({
	...{ intentId, outcome: 'refused' as const, refusal: { code: 'room-busy' as const } }
});
const accepted = (intentId: string, revision: number) => ({
	...{ intentId, outcome: 'accepted' as const, subjectId: 'v', revision }
});

describe('what somebody asks for', () => {
	it('keeps its order when much is done in one millisecond, and when the clock is set back', () => {
		const { wishes, held, move } = desk();
		wishes.found({ ...held.get(move('w', 1))!, id: 'earlier', madeAt: Date.now() + 3_600_000 });
		const ids = Array.from({ length: 20 }, (_, i) => move('v', i));
		const madeAt = ids.map((id) => held.get(id)!.madeAt);
		expect(madeAt).toEqual([...new Set(madeAt)].toSorted((a, b) => a - b));
	});

	it('names its own earlier changes of the visit whose effect was not seen', () => {
		const { wishes, held, move } = desk();
		const [first, second, other] = [move('v', 1), move('v', 2), move('w', 3)];
		expect(held.get(first)).not.toHaveProperty('after');
		expect(held.get(second)).toMatchObject({ basedOnRevision: 3, after: [first] });
		expect(held.get(other)).not.toHaveProperty('after');
		wishes.judged(refused(first));
		expect(held.get(move('v', 4))).toMatchObject({ after: [second] });
	});

	it('leaves the desk with its verdict', () => {
		const { wishes, move } = desk();
		expect(wishes.judged(accepted(move('v', 1), 4))).toBe(true);
		expect(wishes.judged(refused(move('v', 2)))).toBe(true);
		expect(wishes.returned).toEqual([]);
	});
});

describe('what was accepted', () => {
	it('lies over the board until the board itself shows it, so that no card jumps back', () => {
		const { wishes, line, move } = desk();
		const id = move('v', 1);
		wishes.judged(accepted(id, 5));
		line.revision = 4;
		wishes.forgetCarriedOut();
		expect([...wishes.pending.keys()]).toEqual([id]);
		line.revision = 5;
		wishes.forgetCarriedOut();
		expect(wishes.pending.size).toBe(0);
	});
});

describe('what was made without a line', () => {
	it('and is refused stays on the desk until its author has decided', () => {
		const { wishes, held, line, move } = desk({ isLive: false });
		const id = move('v', 1);
		line.isLive = true;
		expect(wishes.judged(refused(id))).toBe(false);
		expect(wishes.returned.map(({ intent }) => intent.id)).toEqual([id]);
		wishes.dismiss(id);
		expect(wishes.returned).toEqual([]);
		expect(held.has(id)).toBe(false);
	});

	it('is known as such after the page was opened anew', () => {
		const { wishes, held } = desk();
		const before = desk({ isLive: false });
		wishes.found(before.held.get(before.move('v', 1))!, true);
		const [id] = [...wishes.pending.keys()];
		expect(wishes.judged(refused(id!))).toBe(false);
		expect(wishes.returned).toHaveLength(1);
		expect(held.size).toBe(0);
	});

	it('and is done with a change tells it once', () => {
		const { wishes, line, move } = desk({ isLive: false });
		const id = move('v', 1);
		line.isLive = true;
		const adjustments = [
			{ kind: 'changed-meanwhile' as const, subjectId: 'v', fields: ['status' as const] }
		];
		const verdict = { ...accepted(id, 5), outcome: 'adjusted' as const, adjustments };
		expect(wishes.judged(verdict)).toBe(true);
		expect(wishes.adjusted.get(id)).toMatchObject({ adjustments });
		wishes.dismiss(id);
		expect(wishes.adjusted.size).toBe(0);
	});
});
