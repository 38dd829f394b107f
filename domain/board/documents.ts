/**
 * Names of the documents on the sync server, and what is in them. docs/PROTOCOL.md tells who writes and reads each.
 *
 * Every shared map is flat: one plain object per row. Nested shared types would cost twice the bytes.
 */
import { parseLocalDate } from '../availability/local-day.ts';
import type { AppointmentSource, AppointmentStatus, BlockKind } from '../scheduling/appointment.ts';

/** Names of the shared maps in a `board` document. */
export const BOARD_MAPS = [
	'clinic',
	'practitioners',
	'rooms',
	'services',
	'appointments',
	'blocks'
] as const;
export type BoardMap = (typeof BOARD_MAPS)[number];

/** `clinic` map, key `clinic`. */
export interface ClinicRow {
	name: string;
	zone: string;
	/** The day, `YYYY-MM-DD`, and its first and last instant (epoch milliseconds). */
	date: string;
	dayStart: number;
	dayEnd: number;
}

/** `[start, end)` in epoch milliseconds; the compact form in documents of `Interval`. */
export type Span = [start: number, end: number];

/** `practitioners` map, key: resource id. Every practitioner who works at the clinic that day or has something there. */
export interface PractitionerRow {
	name: string;
	specialty: string;
	/** Place among the columns, ascending. */
	order: number;
	working: Span[];
	breaks: Span[];
	/** Ids of the services that this practitioner offers. */
	serviceIds: string[];
}

/** `rooms` map, key: resource id. */
export interface RoomRow {
	name: string;
	kind: string;
	order: number;
	working: Span[];
	breaks: Span[];
}

/** `services` map, key: service id. */
export interface ServiceRow {
	name: string;
	/** Hue of the card in degrees, 0 to 359; the theme chooses lightness and chroma. */
	hue: number;
	durationMinutes: number;
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
	/** Kind of room that the service needs, or `null` for any. */
	roomKind: string | null;
}

/** `appointments` map, key: appointment id. Says nothing about who the patient is. */
export interface AppointmentRow {
	startsAt: number;
	durationMinutes: number;
	practitionerId: string;
	roomId: string;
	serviceId: string;
	status: AppointmentStatus;
	/** The patient's first visit with this organization. */
	newPatient: boolean;
	source: AppointmentSource;
	revision: number;
}

/** `blocks` map, key: block id. */
export interface BlockRow {
	resourceId: string;
	startsAt: number;
	durationMinutes: number;
	kind: BlockKind;
	revision: number;
}

export interface BoardRows {
	clinic: Record<string, ClinicRow>;
	practitioners: Record<string, PractitionerRow>;
	rooms: Record<string, RoomRow>;
	services: Record<string, ServiceRow>;
	appointments: Record<string, AppointmentRow>;
	blocks: Record<string, BlockRow>;
}

/** Name of the one shared map in a `people` document. */
export const PEOPLE_MAP = 'people';

/** `people` map, key: appointment id. */
export interface PersonRow {
	patientId: string;
	/** Family name first, as reception reads lists. */
	name: string;
	/** `YYYY-MM-DD` */
	birthDate: string | null;
	phone: string | null;
	email: string | null;
	remark: string;
}

/** Name of the one shared map in a `desk` document: intent id → intent. */
export const INTENTS_MAP = 'intents';

export type DocumentName =
	| { kind: 'board'; clinicId: string; date: string; epoch: string }
	/** `practitionerId` set: only the visits of that practitioner. */
	| {
			kind: 'people';
			clinicId: string;
			date: string;
			epoch: string;
			practitionerId: string | null;
	  }
	| { kind: 'desk'; userId: string; deviceId: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The epoch that a browser asks for when it knows none: always refused with the one in force. */
export const NO_EPOCH = 'none';
const EPOCH = /^[0-9a-z]{1,32}$/;

/** The name of the document as sent over the socket. Inverse of `parseDocumentName`. */
export function documentName(name: DocumentName): string {
	switch (name.kind) {
		case 'board':
			return `board/${name.clinicId}/${name.date}/${name.epoch}`;
		case 'people': {
			const all = `people/${name.clinicId}/${name.date}/${name.epoch}`;
			return name.practitionerId === null ? all : `${all}/${name.practitionerId}`;
		}
		case 'desk':
			return `desk/${name.userId}/${name.deviceId}`;
	}
}

/** @returns the parts of a name that came from outside, or `null` when it names no document. */
export function parseDocumentName(text: string): DocumentName | null {
	if (text.length > 200) return null;
	const parts = text.split('/');
	const [kind, first = '', second = '', third = '', fourth] = parts;
	if (!UUID.test(first)) return null;
	if (kind === 'desk') {
		if (parts.length !== 3 || !UUID.test(second)) return null;
		return { kind, userId: first, deviceId: second };
	}
	if (parseLocalDate(second) === null || !EPOCH.test(third)) return null;
	if (kind === 'board' && parts.length === 4) {
		return { kind, clinicId: first, date: second, epoch: third };
	}
	if (
		kind === 'people' &&
		(parts.length === 4 || (parts.length === 5 && UUID.test(fourth ?? '')))
	) {
		return {
			kind,
			clinicId: first,
			date: second,
			epoch: third,
			practitionerId: fourth ?? null
		};
	}
	return null;
}
