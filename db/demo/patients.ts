/** Invented patients, and how often each comes. */
import { BY_AGE_DECADE, ESTABLISHED_SHARE, VISITS_PER_PATIENT } from './facts.ts';
import { inventEmail, inventName, inventPhone, type InventedName } from './names.ts';
import type { Random } from './random.ts';

export interface Patient extends InventedName {
	id: string;
	birthDate: string;
	/** On the demo's day. */
	ageYears: number;
	phone: string | null;
	email: string | null;
	/** Was here before the demo's first day. */
	establishedBefore: boolean;
	/** End of the first kept visit in the demo (epoch milliseconds); `null` until there is one. */
	firstKept: number | null;
	visits: number;
	missed: number;
	/** Local dates with a visit: nobody comes twice a day. */
	dates: Set<string>;
}

const WITH_PHONE = 0.94;
const WITH_EMAIL = 0.72;

/** @param today local date, `YYYY-MM-DD` */
export function makePatients(count: number, today: string, random: Random): Patient[] {
	const day = Temporal.PlainDate.from(today);
	const perPatient = BY_AGE_DECADE.map(({ visits }) => visits);
	return Array.from({ length: count }, () => {
		const name = inventName(random);
		const ageYears = random.weighted(perPatient) * 10 + random.whole(0, 9);
		return {
			id: random.uuid(),
			...name,
			birthDate: day.subtract({ years: ageYears, days: random.whole(1, 364) }).toString(),
			ageYears,
			phone: random.chance(WITH_PHONE) ? inventPhone(random) : null,
			email: ageYears >= 16 && random.chance(WITH_EMAIL) ? inventEmail(name, random) : null,
			establishedBefore: random.chance(ESTABLISHED_SHARE),
			firstKept: null,
			visits: 0,
			missed: 0,
			dates: new Set()
		};
	});
}

/** Deals out patients so that the number of visits per patient is as measured. */
export interface PatientBag {
	/** @returns a patient who is of the right age and not here that day yet, as far as one is at hand. */
	draw(date: string, ages: readonly [from: number, to: number]): Patient | null;
	/** As `draw`, from everybody and without taking from the bag: for visits that are called off. */
	drawAnybody(date: string, ages: readonly [from: number, to: number]): Patient | null;
}

/** How far into the bag one looks for somebody who fits. */
const LOOK_AHEAD = 150;

/** @param size how many visits there will be */
export function fillBag(patients: readonly Patient[], size: number, random: Random): PatientBag {
	const bag: Patient[] = [];
	for (const patient of patients) {
		if (bag.length >= size + LOOK_AHEAD) break;
		const visits = 1 + random.weighted(VISITS_PER_PATIENT);
		for (let i = 0; i < visits; i++) bag.push(patient);
	}
	random.shuffle(bag);
	const fits = (patient: Patient, date: string, [from, to]: readonly [number, number]) =>
		patient.ageYears >= from && patient.ageYears <= to && !patient.dates.has(date);
	const drawAnybody: PatientBag['drawAnybody'] = (date, ages) => {
		for (let tries = 0; tries < LOOK_AHEAD; tries++) {
			const patient = random.pick(patients);
			if (fits(patient, date, ages)) return patient;
		}
		return null;
	};
	return {
		drawAnybody,
		draw(date, ages) {
			const last = bag.length - 1;
			for (let i = last; i >= Math.max(0, last - LOOK_AHEAD); i--) {
				const patient = bag[i]!;
				if (!fits(patient, date, ages)) continue;
				bag[i] = bag[last]!;
				bag.pop();
				return patient;
			}
			// An empty bag, as in the small demo: somebody comes once more.
			return drawAnybody(date, ages);
		}
	};
}
