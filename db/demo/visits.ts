/** From slots to visits: whose they are and how far each has come by now. */
import type { AppointmentStatus } from '../../domain/scheduling/appointment.ts';
import { MINUTE_MS } from '../../domain/scheduling/intervals.ts';
import { drawBooking, type Booking } from './bookings.ts';
import { noShowProbability } from './facts.ts';
import { fillBag, type Patient } from './patients.ts';
import type { Random } from './random.ts';
import type { Slot } from './slots.ts';
import type { Clinic } from './staff.ts';

export interface Visit extends Slot, Booking {
	id: string;
	patient: Patient;
	newPatient: boolean;
	remark: string;
	status: AppointmentStatus;
}

const REMARKS = [
	'Bring the letter from the hospital',
	'Wheelchair: room on the ground floor',
	'Interpreter: Polish',
	'Interpreter: German',
	'Prefers to be rung on the mobile',
	'Please fast for eight hours before',
	'Comes with a carer',
	'Repeat prescription due',
	'Hard of hearing'
] as const;
const WITH_REMARK = 0.08;

const ARRIVE_EARLY_MS = 20 * MINUTE_MS;
const MISSED_AFTER_MS = 15 * MINUTE_MS;
/** Bookings from the web that nobody has looked at yet. */
const PENDING_FOR_MS = 3 * 24 * 60 * MINUTE_MS;

/**
 * @param slots of every day, in the order of their start
 * @param now epoch milliseconds: nothing is known that happens later
 */
export function makeVisits(
	slots: readonly Slot[],
	patientsOf: ReadonlyMap<Clinic, readonly Patient[]>,
	now: number,
	random: Random
): Visit[] {
	const booked = slots
		.map((slot) => ({ ...slot, ...drawBooking(slot, random) }))
		.filter(({ bookedAt }) => bookedAt <= now)
		.map((slot) => ({
			...slot,
			cancelled: slot.cancelled && slot.cancelled.at <= now ? slot.cancelled : null
		}));
	const bags = new Map(
		[...patientsOf].map(([clinic, patients]) => {
			const size = booked.filter((slot) => slot.clinic === clinic && !slot.cancelled).length;
			return [clinic, fillBag(patients, size, random)];
		})
	);
	const visits: Visit[] = [];
	for (const slot of booked) {
		const bag = bags.get(slot.clinic)!;
		const patient = slot.cancelled
			? bag.drawAnybody(slot.date, slot.service.ages)
			: bag.draw(slot.date, slot.service.ages);
		if (!patient) continue;
		patient.dates.add(slot.date);
		visits.push({
			...slot,
			id: random.uuid(),
			patient,
			newPatient: isNew(patient, slot.bookedAt),
			remark: random.chance(WITH_REMARK) ? random.pick(REMARKS) : '',
			status: slot.cancelled ? 'cancelled' : settle(slot, patient, now, random)
		});
	}
	return visits;
}

/** As known at the desk when the visit was booked. */
function isNew(patient: Patient, bookedAt: number): boolean {
	if (patient.establishedBefore) return false;
	return patient.firstKept === null || patient.firstKept > bookedAt;
}

/** Decides what became of a visit, and remembers it for the patient's next one. */
function settle(
	slot: Slot & Booking,
	patient: Patient,
	now: number,
	random: Random
): AppointmentStatus {
	const missed = random.chance(
		noShowProbability({
			leadDays: slot.leadDays,
			ageYears: patient.ageYears,
			missedBefore: patient.visits === 0 ? null : patient.missed
		})
	);
	const status = statusAt(slot, missed, now, random);
	if (status === 'noshow' || status === 'fulfilled') {
		patient.visits++;
		if (status === 'noshow') patient.missed++;
		else patient.firstKept ??= slot.end;
	}
	return status;
}

function statusAt(
	slot: Slot & Booking,
	missed: boolean,
	now: number,
	random: Random
): AppointmentStatus {
	const runningLate = random.whole(0, 9) * MINUTE_MS;
	if (slot.start > now) {
		if (!missed && slot.start - now < ARRIVE_EARLY_MS && random.chance(0.5)) return 'arrived';
		const isFresh = slot.source === 'online' && now - slot.bookedAt < PENDING_FOR_MS;
		return isFresh && random.chance(0.6) ? 'pending' : 'booked';
	}
	if (missed) return now - slot.start >= MISSED_AFTER_MS ? 'noshow' : 'booked';
	if (slot.end + runningLate <= now) return 'fulfilled';
	return now - slot.start < runningLate ? 'arrived' : 'checked-in';
}
