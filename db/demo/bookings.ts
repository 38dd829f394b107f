/** When each visit was booked, and whether and when it was called off. */
import { instantAt } from '../../domain/availability/local-day.ts';
import { MINUTE_MS } from '../../domain/scheduling/intervals.ts';
import type { CancelReason } from '../../domain/scheduling/intents.ts';
import {
	BOOKING_HOURS,
	CANCELLED_SHARE,
	LATE_CANCEL_DAYS,
	LATE_CANCELLED_SHARE,
	LEAD_DAYS,
	ONLINE_SHARE
} from './facts.ts';
import type { Random } from './random.ts';
import type { Slot } from './slots.ts';
import { ZONE } from './timetable.ts';

export interface Booking {
	leadDays: number;
	/** Epoch milliseconds. */
	bookedAt: number;
	source: 'reception' | 'online';
	/** `null`: it is kept, or missed. */
	cancelled: { at: number; reason: CancelReason } | null;
}

const DAY_MS = 24 * 60 * MINUTE_MS;
const HOUR_WEIGHTS = BOOKING_HOURS.map(({ bookings }) => bookings);
/** People at home book in the evening too. */
const ONLINE_HOURS = [8, 22] as const;
const REASONS: readonly (readonly [CancelReason, weight: number])[] = [
	['patient-asked', 78],
	['clinic-asked', 14],
	['booked-by-mistake', 3],
	['other', 5]
];

/** Draws a visit's booking. Those that are kept follow the measured lead times; see docs/DEMO-DATA.md. */
export function drawBooking(slot: Slot, random: Random): Booking {
	const isCancelled = random.chance(CANCELLED_SHARE);
	const isLate = isCancelled && random.chance(LATE_CANCELLED_SHARE);
	// Nobody can call off earlier than two days ahead what was booked later than that.
	const shortest = isCancelled && !isLate ? LATE_CANCEL_DAYS + 1 : 0;
	const leadDays = shortest + random.weighted(LEAD_DAYS.slice(shortest));
	const bookedOn = Temporal.PlainDate.from(slot.date).subtract({ days: leadDays });
	const isOnline = bookedOn.dayOfWeek > 5 || random.chance(ONLINE_SHARE);
	const bookedAt = drawBookingTime(slot, bookedOn.toString(), leadDays, isOnline, random);
	return {
		leadDays,
		bookedAt,
		source: isOnline ? 'online' : 'reception',
		cancelled: isCancelled ? drawCancellation(slot, bookedAt, isLate, random) : null
	};
}

function drawBookingTime(
	slot: Slot,
	date: string,
	leadDays: number,
	isOnline: boolean,
	random: Random
): number {
	for (let tries = 0; tries < 12; tries++) {
		const hour = isOnline
			? random.whole(...ONLINE_HOURS)
			: BOOKING_HOURS[random.weighted(HOUR_WEIGHTS)]!.hour;
		const at = instantAt(date, hour * 60 + random.whole(0, 59), ZONE) + random.whole(0, 59) * 1000;
		if (leadDays > 0 || at < slot.start - 10 * MINUTE_MS) return at;
	}
	// An early visit on the day itself: somebody rang when the lines opened, or stood at the desk.
	return slot.start - random.whole(10, 50) * MINUTE_MS;
}

function drawCancellation(
	slot: Slot,
	bookedAt: number,
	isLate: boolean,
	random: Random
): Booking['cancelled'] {
	const lateFrom = slot.start - LATE_CANCEL_DAYS * DAY_MS;
	const from = Math.max(bookedAt + MINUTE_MS, isLate ? lateFrom : 0);
	const until = isLate ? slot.start - MINUTE_MS : lateFrom;
	let at = from;
	for (let tries = 0; tries < 8; tries++) {
		at = from + random.next() * (until - from);
		const { hour } = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(
			ZONE
		);
		if (hour >= 7 && hour <= 19) break;
	}
	const [reason] = REASONS[random.weighted(REASONS.map(([, weight]) => weight))]!;
	return { at: Math.floor(at / 1000) * 1000, reason };
}
