/** A patient as a search lists them. */
export interface PatientSummary {
	id: string;
	/** Family name first. */
	name: string;
	birthDate: string | null;
	phone: string | null;
	email: string | null;
	newPatient: boolean;
}
