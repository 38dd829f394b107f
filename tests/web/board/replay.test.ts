/** Whose columns a board has at an earlier moment. */
import { expect, it } from 'vitest';
import type { PractitionerRow } from '#domain/board/documents.ts';
import { doctorsOn } from '#web/lib/board/replay.svelte.ts';

const doctor = (name: string): PractitionerRow => ({
	...{ name, specialty: '', order: 0, working: [], breaks: [], away: [] },
	...{ serviceIds: [], ownMinutes: {} }
});

it('those of today, and whoever had something then and is not there today', () => {
	const today = new Map([['ada', doctor('Ada')]]);
	expect(doctorsOn(today, null)).toBe(today);
	const then = new Map([
		['ada', doctor('Ada as she was called then')],
		['ben', doctor('Ben')]
	]);
	const both = doctorsOn(today, { at: 0, visits: [], blocks: new Map(), doctors: then });
	expect([...both].map(([id, { name }]) => [id, name]).sort()).toEqual([
		['ada', 'Ada'],
		['ben', 'Ben']
	]);
});
