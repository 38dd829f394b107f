/** What a checked row comes to in the columns of its table. Pure. */
import { searchTextOf } from '../directory/patient-search.ts';
import type { RowOf } from './row-schemas.ts';

/** By column; what a file leaves out is the column's empty value. */
export type Columns = Record<string, unknown>;

export function clinicColumns(row: RowOf<'clinics'>): Columns {
	return {
		name: row.name,
		zone: row.zone,
		address: row.address ?? '',
		phone: row.phone ?? '',
		latitude: row.latitude ?? null,
		longitude: row.longitude ?? null
	};
}

export function serviceColumns(row: RowOf<'services'>): Columns {
	return {
		name: row.name,
		duration_minutes: row.durationMinutes,
		buffer_before_minutes: row.bufferBeforeMinutes,
		buffer_after_minutes: row.bufferAfterMinutes,
		room_buffer_before_minutes: row.roomBufferBeforeMinutes ?? row.bufferBeforeMinutes,
		room_buffer_after_minutes: row.roomBufferAfterMinutes ?? row.bufferAfterMinutes,
		room_kind: row.roomKind ?? null,
		hue: row.hue ?? hueOf(row.key)
	};
}

export function practitionerColumns(row: RowOf<'practitioners'>): Columns {
	return { name: row.name, specialty: row.specialty ?? '' };
}

export function roomColumns(row: RowOf<'rooms'>, clinicId: string): Columns {
	return { clinic_id: clinicId, name: row.name, kind: row.kind };
}

/** @param before the patient's columns so far: who has been here once stays established */
export function patientColumns(row: RowOf<'patients'>, before: Columns | undefined): Columns {
	const { familyName, givenName } = row;
	const birthDate = row.birthDate ?? null;
	const phone = row.phone ?? null;
	const email = row.email ?? null;
	return {
		family_name: familyName,
		given_name: givenName,
		birth_date: birthDate,
		phone,
		email,
		established: before?.['established'] === true || (row.established ?? false),
		search_text: searchTextOf({ familyName, givenName, birthDate, phone, email })
	};
}

/** Services without a colour get one each, always the same: golden-angle steps by the letters of the key. */
function hueOf(key: string): number {
	const sum = [...key].reduce((total, letter) => (total * 31 + letter.codePointAt(0)!) % 9973, 7);
	return Math.floor((sum * 137.508) % 360);
}

export function sameColumns(a: Columns, b: Columns): boolean {
	return Object.keys(a).every((column) => a[column] === b[column]);
}
