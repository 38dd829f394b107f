/** Whom a service is for. */
import { accept, refuse, type RefusalCode, type Result } from './refusals.ts';

export const SEXES = ['female', 'male'] as const;
export type Sex = (typeof SEXES)[number];
export const PATIENT_GROUPS = ['all', 'new', 'established'] as const;
export type PatientGroup = (typeof PATIENT_GROUPS)[number];
export const BOOKABLE_BY = ['public', 'staff'] as const;
export type BookableBy = (typeof BOOKABLE_BY)[number];

export interface Eligibility {
	/** Whole years at the visit, both inclusive; `null`: no limit. */
	minAgeYears: number | null;
	maxAgeYears: number | null;
	sex: Sex | null;
	patients: PatientGroup;
}

/** What is known of a patient; what is not known excludes nobody. */
export interface EligiblePatient {
	/** `YYYY-MM-DD` */
	birthDate: string | null;
	sex: Sex | null;
	established: boolean;
}

/** What a service asks of the patient, and somebody with the permission may set aside, with a reason. */
export const OVERRIDABLE_NEEDS: readonly RefusalCode[] = [
	'age-not-fitting',
	'sex-not-fitting',
	'only-new-patients',
	'only-established-patients',
	'referral-needed'
];

/** @param date the visit's local date, `YYYY-MM-DD` */
export function judgeEligibility(
	patient: EligiblePatient,
	service: Eligibility,
	date: string
): Result<null> {
	const age = patient.birthDate === null ? null : ageOn(patient.birthDate, date);
	const tooYoung = age !== null && service.minAgeYears !== null && age < service.minAgeYears;
	const tooOld = age !== null && service.maxAgeYears !== null && age > service.maxAgeYears;
	if (tooYoung || tooOld) return refuse('age-not-fitting', { field: 'changes.patientId' });
	if (service.sex !== null && patient.sex !== null && patient.sex !== service.sex) {
		return refuse('sex-not-fitting', { field: 'changes.patientId' });
	}
	const group = patient.established ? 'established' : 'new';
	if (service.patients !== 'all' && service.patients !== group) {
		return refuse(service.patients === 'new' ? 'only-new-patients' : 'only-established-patients', {
			field: 'changes.patientId'
		});
	}
	return accept(null);
}

function ageOn(birthDate: string, date: string): number {
	return Temporal.PlainDate.from(birthDate).until(date, { largestUnit: 'years' }).years;
}
