/** What stands in the form of an entry, and what is sent of it. Pure. */
import { WEEKDAYS, type Urgency } from '#domain/waitlist/entry.ts';
import type { WaitingPerson } from '#domain/waitlist/panel.ts';

export interface EntryDraft {
	serviceId: string;
	/** Empty: every clinic. */
	clinicIds: string[];
	/** Empty: every doctor. */
	practitionerIds: string[];
	firstDate: string;
	lastDate: string;
	weekdays: number[];
	/** `HH:MM`; empty: from the morning on, until the evening. */
	from: string;
	until: string;
	noticeMinutes: number;
	urgency: Urgency;
	note: string;
}

/** What is proposed; weeks from now. */
const PROPOSED_WEEKS = 6;
const DAY_MINUTES = 1_440;

/** @param today `YYYY-MM-DD` */
export function newDraft(today: string, clinicId: string | null): EntryDraft {
	return {
		...{ serviceId: '', practitionerIds: [], firstDate: today },
		clinicIds: clinicId === null ? [] : [clinicId],
		lastDate: Temporal.PlainDate.from(today).add({ weeks: PROPOSED_WEEKS }).toString(),
		...{ weekdays: [...WEEKDAYS], from: '', until: '' },
		...{ noticeMinutes: 120, urgency: 'routine', note: '' }
	};
}

export function draftOf(entry: WaitingPerson): EntryDraft {
	const { firstDate, lastDate, weekdays, noticeMinutes, urgency, note } = entry;
	return {
		serviceId: entry.service.id,
		clinicIds: entry.clinics.map(({ id }) => id),
		practitionerIds: entry.doctors.map(({ id }) => id),
		...{ firstDate, lastDate, weekdays: [...weekdays], noticeMinutes, urgency, note },
		from: entry.fromMinute === 0 ? '' : clockOf(entry.fromMinute),
		until: entry.untilMinute >= DAY_MINUTES ? '' : clockOf(entry.untilMinute)
	};
}

/** @returns what the server is sent */
export function wishFrom({ from, until, ...draft }: EntryDraft) {
	return {
		...draft,
		note: draft.note.trim(),
		fromMinute: from === '' ? 0 : minuteOf(from),
		untilMinute: until === '' ? DAY_MINUTES : minuteOf(until)
	};
}

function clockOf(minute: number): string {
	const pad = (value: number) => String(value).padStart(2, '0');
	return `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`;
}

function minuteOf(clock: string): number {
	const [hours = 0, minutes = 0] = clock.split(':').map(Number);
	return hours * 60 + minutes;
}
