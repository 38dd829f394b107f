import { describe, expect, it } from 'vitest';
import { MAX_MENTIONS, mentionsAmong } from '#domain/notes/mention.ts';

const [ANNA, REF] = [crypto.randomUUID(), crypto.randomUUID()];

describe('mentions in a note', () => {
	it.each<[string, unknown]>([
		['nothing', undefined],
		['a text', 'Anna'],
		['no account', { ref: REF }],
		['no mark of its own', { id: ANNA }],
		['a name in place of an account', { id: 'Anna', ref: REF }],
		['numbers', { id: 7, ref: 8 }]
	])('%s is none', (_, found) => {
		expect(mentionsAmong([found])).toEqual([]);
	});

	it('one that was copied is the same one', () => {
		const found = [
			{ id: ANNA, ref: REF, label: 'Anna' },
			{ id: ANNA, ref: REF, label: 'Somebody else' }
		];
		expect(mentionsAmong(found)).toEqual([{ userId: ANNA, ref: REF }]);
	});

	it('only so many count', () => {
		const found = Array.from({ length: 3 * MAX_MENTIONS }, () => ({
			...{ id: ANNA, ref: crypto.randomUUID() }
		}));
		expect(mentionsAmong(found)).toHaveLength(MAX_MENTIONS);
	});
});
