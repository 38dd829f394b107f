/**
 * What the demo is like, in numbers. Measured: aggregates over 110,527 visits of public outpatient clinics (2016), and
 * counts of general practices in England (2019 to 2021). Sources and the figures that are invented because no source
 * has them are listed in docs/DEMO-DATA.md.
 */

/** Visits by lead time: index is days from booking to visit, 0 is the same day. */
export const LEAD_DAYS: readonly number[] = [
	38568, 5213, 6725, 2737, 5290, 3277, 4037, 4906, 2332, 1605, 1391, 987, 1115, 1682, 2913, 1503,
	1151, 1107, 1021, 1044, 1187, 1861, 1173, 822, 622, 637, 731, 1013, 1706, 1089, 704, 672, 586,
	664, 808, 963, 551, 331, 199, 170, 254, 342, 417, 254, 157, 137, 121, 109, 117, 216, 182, 91, 90,
	96, 73, 109, 203, 98, 110, 90, 73, 135, 193, 200, 75, 97, 162, 63, 70, 105, 112, 50, 53, 37, 39,
	72, 65, 53, 33, 23, 18, 10, 1, 8, 54, 37, 6, 16, 16, 17, 58, 56, 3, 2, 2, 5, 4, 2, 5
];

/** Share of visits booked on the day itself. */
export const SAME_DAY_SHARE = 0.349;

/** Share of missed visits in the measured clinics; what follows is used relative to it. */
const MEASURED_NO_SHOW = 0.2019;

/** The demo's own share of missed visits: between England's practices (3.7 %) and the clinics measured (20.2 %). */
export const NO_SHOW_LEVEL = 0.116;

/** Missed visits by lead time, up to and including that many days. */
export const NO_SHOW_BY_LEAD: readonly { upToDays: number; rate: number }[] = [
	{ upToDays: 0, rate: 0.0465 },
	{ upToDays: 1, rate: 0.2135 },
	{ upToDays: 2, rate: 0.2382 },
	{ upToDays: 3, rate: 0.2353 },
	{ upToDays: 7, rate: 0.252 },
	{ upToDays: 14, rate: 0.3047 },
	{ upToDays: 21, rate: 0.3224 },
	{ upToDays: 30, rate: 0.3295 },
	{ upToDays: 60, rate: 0.3415 },
	{ upToDays: 90, rate: 0.2875 },
	{ upToDays: Infinity, rate: 0.2581 }
];

/** By decade of age: how many visits, and the share missed. */
export const BY_AGE_DECADE: readonly { visits: number; noShow: number }[] = [
	{ visits: 17476, noShow: 0.1994 },
	{ visits: 12936, noShow: 0.2518 },
	{ visits: 13699, noShow: 0.2467 },
	{ visits: 15171, noShow: 0.2175 },
	{ visits: 14209, noShow: 0.2027 },
	{ visits: 15863, noShow: 0.175 },
	{ visits: 11876, noShow: 0.1507 },
	{ visits: 5934, noShow: 0.152 },
	{ visits: 2946, noShow: 0.1578 },
	{ visits: 406, noShow: 0.202 }
];

/** Missed visits by what the patient did before. */
export const NO_SHOW_BY_HISTORY = {
	firstVisit: 0.1953,
	noneMissed: 0.1705,
	oneMissed: 0.2709,
	moreMissed: 0.351
} as const;

/**
 * The factors below are measured one at a time and do not average to one together; this brings the whole back to the
 * level. Found by generating the full demo; a test holds the result to the level.
 */
const LEVELLING = 1.04;

/** @returns the probability that a visit is missed. `missedBefore` is null at a patient's first visit. */
export function noShowProbability(visit: {
	leadDays: number;
	ageYears: number;
	missedBefore: number | null;
}): number {
	const byLead = NO_SHOW_BY_LEAD.find(({ upToDays }) => visit.leadDays <= upToDays)!.rate;
	const byAge = BY_AGE_DECADE[Math.min(9, Math.floor(visit.ageYears / 10))]!.noShow;
	const byHistory =
		NO_SHOW_BY_HISTORY[
			visit.missedBefore === null
				? 'firstVisit'
				: visit.missedBefore === 0
					? 'noneMissed'
					: visit.missedBefore === 1
						? 'oneMissed'
						: 'moreMissed'
		];
	const relative = (rate: number) => rate / MEASURED_NO_SHOW;
	const all = relative(byLead) * relative(byAge) * relative(byHistory);
	return Math.min(0.9, NO_SHOW_LEVEL * LEVELLING * all);
}

/** Bookings by hour of the local day, 6 to 21. */
export const BOOKING_HOURS: readonly { hour: number; bookings: number }[] = [
	1578, 19213, 15349, 12823, 11056, 8462, 5422, 9036, 9127, 8079, 5542, 2909, 1340, 488, 100, 3
].map((bookings, index) => ({ hour: 6 + index, bookings }));

/** Patients by number of visits in the time measured: index 0 is one visit; the last is ten or more. */
export const VISITS_PER_PATIENT: readonly number[] = [
	37920, 13895, 5500, 2367, 1119, 553, 306, 202, 104, 333
];

/** Volume by weekday, Monday first, against the mean of Monday to Friday. Weekends are the demo's own (rota). */
export const WEEKDAY_FACTOR: readonly number[] = [1.07, 1.005, 1.014, 1.014, 0.93, 1, 1];

/** Visits per clinic and working day: 50 %, 75 %, 90 %, 95 % and 99 % of the clinics measured lie below. */
export const VOLUME_QUANTILES = { p50: 38, p75: 81, p90: 117, p95: 154, p99: 287 } as const;

// From here on: invented, no source has them.

/** Share of booked visits that are called off, and the share of those that are within two days of the visit. */
export const CANCELLED_SHARE = 0.125;
export const LATE_CANCELLED_SHARE = 1 / 3;
export const LATE_CANCEL_DAYS = 2;

/** How much fuller than an even day the hours before and after the lunch break are. */
export const MORNING_FACTOR = 1.16;
export const AFTERNOON_FACTOR = 0.84;

/** Share of bookings on a working day that patients make online; at weekends all of them are. */
export const ONLINE_SHARE = 0.15;

/** Share of patients who were here before the demo's first day. */
export const ESTABLISHED_SHARE = 0.86;
