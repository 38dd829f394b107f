/** From what was read for a search to the clinics that are looked through. */
import type { ReadAvailability } from '../../../db/availability-reader.ts';
import type { ClinicDay } from '../slot-wish.ts';
import { hoursByResource } from '../working-hours.ts';

/** A clinic with those who work there, on whatever day. */
export type SearchedClinic = Omit<ClinicDay, 'date' | 'taken'>;

/** @param patientId whose other visits are in the way; `null`: nobody's */
export function clinicsIn(read: ReadAvailability, patientId: string | null): SearchedClinic[] {
	return read.clinics.map(({ id, zone }) => {
		const at = <T extends { clinicId: string | null }>(list: readonly T[]) =>
			list.filter(({ clinicId }) => clinicId === id || clinicId === null);
		const own = { rules: at(read.rules), exceptions: at(read.exceptions) };
		const known = new Set([...own.rules, ...own.exceptions].map(({ resourceId }) => resourceId));
		// Who never works at a clinic says nothing about why it is full.
		const practitionerIds = read.practitioners
			.map((doctor) => doctor.id)
			.filter((d) => known.has(d));
		const [rooms, support] = [at(read.rooms), at(read.support)];
		const hours = hoursByResource({ ...own, withHours: read.withHours }, [
			{ id, kind: 'clinic' },
			...practitionerIds.map((doctor) => ({ id: doctor, kind: 'practitioner' as const })),
			...rooms.map((room) => ({ id: room.id, kind: 'room' as const })),
			...support
		]);
		return { clinicId: id, zone, hours, patientId, practitionerIds, rooms, support };
	});
}
