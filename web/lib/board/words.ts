/** Words of the board. */
import type { ExceptionReason } from '#domain/availability/exceptions.ts';
import type { AppointmentSource, BlockKind, Confirmer } from '#domain/scheduling/appointment.ts';
import type { CancelReason, CheckInWay, Part } from '#domain/scheduling/intents.ts';
import type { RefusalCode } from '#domain/scheduling/refusals.ts';
import { timeOf } from '#domain/scheduling/refusal-words.ts';

export const BLOCK_WORDS: Record<BlockKind, string> = {
	break: 'Break',
	meeting: 'Meeting',
	leave: 'Leave',
	emergency: 'Emergency',
	maintenance: 'Maintenance'
};

export const AWAY_WORDS: Record<ExceptionReason, string> = {
	'public-holiday': 'Public holiday',
	leave: 'Leave',
	training: 'Training',
	closure: 'Closed',
	session: 'Extra session',
	other: 'Away'
};

export const SOURCE_WORDS: Record<AppointmentSource, string> = {
	reception: 'by reception',
	online: 'online',
	api: 'by another system',
	import: 'by import',
	waitlist: 'from the waitlist'
};

export const CONFIRMED_WORDS: Record<Confirmer, string> = {
	patient: 'by the patient',
	staff: 'by phone, as reception says'
};

/** How a patient said that they are here. */
export const CHECK_IN_WORDS: Record<CheckInWay, string> = {
	kiosk: 'at the kiosk',
	link: 'on the phone, by a link'
};

export const CANCEL_WORDS: Record<CancelReason, string> = {
	'patient-asked': 'The patient asked',
	'patient-ill': 'The patient is ill',
	'patient-prevented': 'The patient cannot come',
	'not-needed': 'No longer needed',
	'clinic-asked': 'The clinic asked',
	'booked-by-mistake': 'Booked by mistake',
	other: 'Another reason'
};

/** @returns `09:20 to 09:40` */
export function spanWords(startsAt: number, durationMinutes: number, zone: string): string {
	return `${timeOf(startsAt, { zone })} to ${timeOf(startsAt + durationMinutes * 60_000, { zone })}`;
}

/** @returns what a change asked for: `new visit at 09:20` */
export function partWords(intent: Part, zone: string): string {
	switch (intent.kind) {
		case 'book':
			return `new visit at ${timeOf(intent.changes.startsAt, { zone })}`;
		case 'move':
			return intent.changes.startsAt === undefined
				? 'another doctor or room'
				: `move to ${timeOf(intent.changes.startsAt, { zone })}`;
		case 'resize':
			return `${intent.changes.durationMinutes} minutes long`;
		case 'set-status':
		case 'check-in':
			return 'another status';
		case 'confirm':
			return 'the confirmation';
		case 'cancel':
			return 'cancelling';
		case 'remark':
			return 'the note';
		case 'block': {
			const { startsAt, durationMinutes, kind } = intent.changes;
			return `${BLOCK_WORDS[kind].toLowerCase()}, ${spanWords(startsAt, durationMinutes, zone)}`;
		}
		case 'unblock':
			return 'giving blocked time back';
	}
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

const WHY_NONE: Partial<Record<RefusalCode, string>> = {
	'service-not-offered': 'Nobody here offers this service.',
	'room-unsuitable': 'No room here is equipped for this service.',
	'outside-hours': 'The doctors do not work at those times.',
	'practitioner-busy': 'The doctors are fully booked.',
	'room-busy': 'The rooms are all taken while a doctor is free.',
	'patient-busy': 'The patient has other visits at all those times.'
};

/** @returns why a search found nothing: the rule that removed most */
export function whyNoneWords(code: RefusalCode | null, days: number): string {
	return `Nothing is free within ${days} days. ${(code && WHY_NONE[code]) ?? ''}`.trim();
}

/** How long is told in minutes; further ahead nobody counts them. */
const MOST_MINUTES_TOLD = 60;

/** @returns `now`, `in about 15 min`, or `at about 09:55` when that is far away */
export function queueWords(instant: number, now: number, zone: string): string {
	const minutes = Math.round((instant - now) / 60_000);
	if (minutes <= 0) return 'now';
	return minutes <= MOST_MINUTES_TOLD
		? `in about ${minutes} min`
		: `at about ${timeOf(instant, { zone })}`;
}
