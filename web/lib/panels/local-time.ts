/** Between instants and what a time field shows. */
import { instantAt } from '#domain/availability/local-day.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';

/** @returns `09:20`, for `<input type="time">` */
export function toField(instant: number, zone: string): string {
	return timeOf(instant, { zone });
}

/** @returns the instant at which the clinic's clock shows `text` on `date`, or `null` for no time */
export function fromField(text: string, date: string, zone: string): number | null {
	const match = /^(\d{2}):(\d{2})/.exec(text);
	return match ? instantAt(date, Number(match[1]) * 60 + Number(match[2]), zone) : null;
}
