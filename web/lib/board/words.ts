/** Words of the board. */
import type { AppointmentSource, BlockKind } from '#domain/scheduling/appointment.ts';
import type { CancelReason } from '#domain/scheduling/intents.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';

export const BLOCK_WORDS: Record<BlockKind, string> = {
	break: 'Break',
	meeting: 'Meeting',
	leave: 'Leave',
	emergency: 'Emergency',
	maintenance: 'Maintenance'
};

export const SOURCE_WORDS: Record<AppointmentSource, string> = {
	reception: 'by reception',
	online: 'online',
	api: 'by another system',
	import: 'by import'
};

export const CANCEL_WORDS: Record<CancelReason, string> = {
	'patient-asked': 'The patient asked',
	'clinic-asked': 'The clinic asked',
	'booked-by-mistake': 'Booked by mistake',
	other: 'Another reason'
};

/** @returns `09:20 to 09:40` */
export function spanWords(startsAt: number, durationMinutes: number, zone: string): string {
	return `${timeOf(startsAt, { zone })} to ${timeOf(startsAt + durationMinutes * 60_000, { zone })}`;
}

/** @returns `Monday, 23 November 2026` */
export function dayWords(date: string): string {
	return Temporal.PlainDate.from(date).toLocaleString('en-GB', {
		weekday: 'long',
		day: 'numeric',
		month: 'long',
		year: 'numeric'
	});
}

/** @returns `Mon 23 Nov` */
export function shortDay(date: string): string {
	return Temporal.PlainDate.from(date).toLocaleString('en-GB', {
		weekday: 'short',
		day: 'numeric',
		month: 'short'
	});
}
