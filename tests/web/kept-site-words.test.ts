/** What the pages of the kept site and of the tasks work out by themselves. */
import { describe, expect, it } from 'vitest';
import { EMPTY_TEXTS } from '#domain/site/site.ts';
import { TASK_KINDS, type Task } from '#domain/tasks/task.ts';
import { CHANNELS, MESSAGE_KINDS } from '#domain/messaging/message.ts';
import {
	changedFields,
	draftOf,
	emptyTexts,
	mergeDrafts,
	type SiteDraft
} from '#web/lib/organization/site-draft.ts';
import { taskSentences, taskTitle, whenWords } from '#web/lib/tasks/task-words.ts';

const BASE: SiteDraft = {
	...{ slug: 'a', hue: 1, currency: 'EUR' },
	texts: { en: { ...EMPTY_TEXTS, about: 'Us' }, pl: { ...EMPTY_TEXTS } }
};
const changed = (change: (draft: SiteDraft) => void): SiteDraft => {
	const draft = draftOf(BASE);
	change(draft);
	return draft;
};

describe('two drafts of one site', () => {
	it('what only one of them changed is kept, whoever it was', () => {
		const mine = changed((draft) => (draft.texts.pl.about = 'My'));
		const theirs = changed((draft) => {
			draft.hue = 2;
			draft.texts.en.lead = 'Lead';
		});
		const { draft, conflicts } = mergeDrafts(BASE, mine, theirs);
		expect(conflicts).toEqual([]);
		expect(draft).toMatchObject({
			...{ hue: 2, slug: 'a' },
			texts: { en: { lead: 'Lead', about: 'Us' }, pl: { about: 'My' } }
		});
		// Mine is what I wrote in, and stays untouched.
		expect(mine.hue).toBe(1);
	});

	it('what both changed stays mine, and theirs is told; the same change is none', () => {
		const both = (about: string) =>
			changed((draft) => {
				draft.slug = 'b';
				draft.texts.en.about = about;
			});
		const { draft, conflicts } = mergeDrafts(BASE, both('I'), both('They'));
		expect(draft.texts.en.about).toBe('I');
		expect(conflicts).toEqual([{ name: 'About us (English)', theirs: 'They' }]);
	});

	it('says what changed and what is still empty', () => {
		const draft = changed((one) => {
			one.currency = 'PLN';
			one.texts.pl.privacy = ' x ';
		});
		expect(changedFields(BASE, draft)).toEqual(['Currency', 'Privacy (Polish)']);
		expect(
			changedFields(
				BASE,
				changed((one) => (one.texts.en.lead = '  '))
			)
		).toEqual([]);
		expect(emptyTexts(draft.texts).map(({ name }) => name)).not.toContain('Privacy (Polish)');
		expect(emptyTexts(draft.texts).map(({ name }) => name)).toContain('Privacy (English)');
	});
});

describe('a task in words', () => {
	const task = (more: Partial<Task>): Task => ({
		...{ id: 'x', kind: 'contact', madeAt: 0, clinic: null, patientName: null, visit: null },
		mention: null,
		...{ message: null, contact: null, text: null, isUnreadable: false, done: null, ...more }
	});

	it('says which message failed, by which way and what was answered', () => {
		const message = { kind: 'reminder', channel: 'sms', response: 'no such number' } as const;
		expect(taskSentences(task({ kind: 'failed-message', message }))).toEqual([
			'The reminder of a visit did not arrive by SMS. Please call, and ask for an address that works. The answer was: no such number'
		]);
		expect(taskSentences(task({ kind: 'failed-message' }))[0]).toContain('Please call');
	});

	it('has words for every kind, message and way, and for one that came later', () => {
		for (const kind of TASK_KINDS) expect(taskTitle(task({ kind }))).not.toBe('Something to do');
		for (const kind of MESSAGE_KINDS) {
			for (const channel of [...CHANNELS, null]) {
				const message = { kind, channel, response: '' };
				const [words] = taskSentences(task({ kind: 'failed-message', message }));
				expect(words).not.toMatch(/undefined|null/);
			}
		}
		expect(taskTitle(task({ kind: 'later' as never }))).toBe('Something to do');
	});

	it('says the year only where it is another one', () => {
		const at = Date.UTC(2027, 0, 4, 13, 5);
		expect(whenWords(at, 'Europe/Warsaw', at)).toBe('Mon 4 Jan, 14:05');
		expect(whenWords(at, 'Europe/Warsaw', at + 400 * 86_400_000)).toContain('2027');
	});
});
