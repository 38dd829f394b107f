/** An entry of the waitlist in words, and its form. */
import { expect, it } from 'vitest';
import type { WaitingPerson } from '#domain/waitlist/panel.ts';
import { draftOf, newDraft, wishFrom } from '#web/lib/waitlist/entry-draft.ts';
import {
	earlierWords,
	hoursWords,
	noticeWords,
	placeWords,
	waitedWords,
	weekdayWords,
	windowWords
} from '#web/lib/waitlist/entry-words.ts';

const entry: WaitingPerson = {
	...{ id: 'e', revision: 1, patient: null, urgency: 'soon', source: 'patient', note: 'n' },
	service: { id: 's', name: 'Check-up', durationMinutes: 20 },
	...{ clinics: [], doctors: [], firstDate: '2027-01-01', lastDate: '2027-02-09' },
	...{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, untilMinute: 1_440, noticeMinutes: 30 },
	...{ waitingSince: 0, missed: 0, passed: 0, offer: null }
};

it('says when, where and how soon', () => {
	expect(windowWords(entry, '2027-01-04')).toBe('until 9 Feb, Mon to Fri, from 08:00');
	expect(windowWords(entry, '2026-12-01')).toBe('1 Jan 2027 to 9 Feb 2027, Mon to Fri, from 08:00');
	expect(weekdayWords([1, 3])).toBe('Mon, Wed');
	expect(weekdayWords([1, 2, 3, 4, 5, 6, 7])).toBe('any day');
	expect(hoursWords(0, 720)).toBe('until 12:00');
	expect([0, 30, 60, 90, 1_440, 2_880].map(noticeWords)).toEqual([
		...['at once', '30 min', '1 hour', '1.5 hours', '1 day', '2 days']
	]);
	expect(placeWords(entry)).toBe('');
	const named = {
		doctors: [{ id: 'd', name: 'Dr Lis' }],
		clinics: [{ id: 'c', name: 'Fellside' }]
	};
	expect(placeWords({ ...entry, ...named })).toBe('Dr Lis, at Fellside');
	expect([0, 1, 13, 14, 100].map((days) => waitedWords(0, days * 86_400_000))).toEqual([
		...['today', '1 day', '13 days', '2 weeks', '3 months']
	]);
	expect(earlierWords({ ...entry, missed: 2, passed: 1 })).toBe(
		'2 offers not answered, 1 turned down'
	);
	expect(earlierWords({ ...entry, passed: 1 })).toBe('1 offer turned down');
});

it('comes out of its form as it went in', () => {
	expect(wishFrom(draftOf(entry))).toEqual({
		...{ serviceId: 's', clinicIds: [], practitionerIds: [], weekdays: [1, 2, 3, 4, 5] },
		...{ firstDate: '2027-01-01', lastDate: '2027-02-09', fromMinute: 480, untilMinute: 1_440 },
		...{ noticeMinutes: 30, urgency: 'soon', note: 'n' }
	});
	expect(wishFrom(newDraft('2027-01-04', 'c'))).toMatchObject({
		...{ clinicIds: ['c'], lastDate: '2027-02-15', fromMinute: 0, untilMinute: 1_440 }
	});
});
