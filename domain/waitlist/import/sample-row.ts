/** A row of a list as it was understood, in words. Pure. */
import { listName } from '../../directory/patient-search.ts';
import { WEEKDAYS, type EntryWish } from '../entry.ts';
import type { JudgeSettings } from './judge-row.ts';
import type { ListedRow } from './same-person.ts';
import type { SampleRow } from './steps.ts';

const SHORT_DAYS = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function sampleOf(
	{ number, person, wish, waitingSince }: ListedRow,
	{ services, clinics, doctors }: Pick<JudgeSettings, 'services' | 'clinics' | 'doctors'>
): SampleRow {
	const nameOf = (id: string) =>
		[...services, ...clinics, ...doctors].find((one) => one.id === id)?.name ?? '';
	return {
		number,
		name: listName(person),
		birthDate: person.birthDate,
		contact: [person.phone, person.email].filter((one) => one !== null).join(', '),
		service: nameOf(wish.serviceId),
		places: [...wish.clinicIds, ...wish.practitionerIds].map(nameOf).join(', '),
		times: timesOf(wish),
		...{ urgency: wish.urgency, noticeMinutes: wish.noticeMinutes, waitingSince }
	};
}

function timesOf({ firstDate, lastDate, weekdays, fromMinute, untilMinute }: EntryWish): string {
	const clock = (minutes: number) =>
		`${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
	return [
		`${firstDate} to ${lastDate}`,
		...(weekdays.length < WEEKDAYS.length
			? [weekdays.map((day) => SHORT_DAYS[day]).join(' ')]
			: []),
		...(fromMinute > 0 || untilMinute < 1_440
			? [`${clock(fromMinute)} to ${clock(untilMinute)}`]
			: [])
	].join(', ');
}
