/**
 * Names of the documents on the sync server, and what is in them. docs/PROTOCOL.md tells who writes and reads each.
 *
 * Every shared map is flat: one plain object per row. Nested shared types would cost twice the bytes.
 */
import { parseLocalDate } from '../availability/local-day.ts';
import type { ExceptionReason } from '../availability/exceptions.ts';
import type { AppointmentSource, AppointmentStatus, BlockKind } from '../scheduling/appointment.ts';
import { isKept, keptName, parseKeptName, type KeptName } from '../kept-documents/kept-name.ts';
import type { LiveOfferState } from '../waitlist/offer.ts';

/** Names of the shared maps in a `board` document. */
export const BOARD_MAPS = [
	'clinic',
	'practitioners',
	'rooms',
	'support',
	'services',
	'appointments',
	'blocks',
	'offers'
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
	/** Opening hours; may reach into the days around. */
	open: Span[];
	/** Why and when it is closed on a day on which it would be open. */
	closed: AwaySpan[];
}

/** `[start, end)` in epoch milliseconds; the compact form in documents of `Interval`. */
export type Span = [start: number, end: number];
export type AwaySpan = [start: number, end: number, reason: ExceptionReason];

/** `practitioners` map, key: resource id. Every practitioner who works at the clinic that day or has something there. */
export interface PractitionerRow {
	name: string;
	specialty: string;
	/** Place among the columns, ascending. */
	order: number;
	/** Hours of presence while the clinic is open. */
	working: Span[];
	breaks: Span[];
	away: AwaySpan[];
	/** Ids of the services that this practitioner offers. */
	serviceIds: string[];
	/** Those that take longer or shorter than usual with this practitioner: service id → minutes. */
	ownMinutes: Record<string, number>;
}

/** `rooms` map, key: resource id. */
export interface RoomRow {
	name: string;
	kind: string;
	order: number;
	working: Span[];
	breaks: Span[];
	away: AwaySpan[];
}

/** `support` map, key: resource id. Equipment of the clinic, and staff. */
export interface SupportRow {
	name: string;
	kind: 'equipment' | 'staff';
}

/** `services` map, key: service id. */
export interface ServiceRow {
	name: string;
	/** Hue of the card in degrees, 0 to 359; the theme chooses lightness and chroma. */
	hue: number;
	durationMinutes: number;
	/** How many patients come at one time. */
	places: number;
	bufferBeforeMinutes: number;
	bufferAfterMinutes: number;
	roomBufferBeforeMinutes: number;
	roomBufferAfterMinutes: number;
	equipmentKinds: string[];
	staffKinds: string[];
	referralNeeded: boolean;
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
	/** Equipment and staff that go with it: ids of the `support` map. */
	supportIds: string[];
	/** Lies where the rules would not have it. */
	overridden: boolean;
	/** One of several repeat visits. */
	repeats: boolean;
	walkIn: boolean;
	/** Which place of a group session it takes; `null`: it is none, or takes no time. */
	place: number | null;
	/** When the patient came, went in and was done (epoch milliseconds). */
	arrivedAt: number | null;
	wentInAt: number | null;
	doneAt: number | null;
	/** When somebody said that the patient will come; left out: nobody has. */
	confirmedAt?: number;
	/** Left out: the patient said so. */
	confirmedBy?: 'staff';
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

/**
 * `offers` map, key: offer id. A time that is kept for somebody on the waitlist: while they may answer (`made`), or
 * while reception decides whether the offer goes out (`proposed`). Those that are over are not in it.
 */
export interface OfferRow {
	startsAt: number;
	durationMinutes: number;
	practitionerId: string;
	roomId: string;
	serviceId: string;
	state: LiveOfferState;
	/** Until when an answer counts; of a proposed one, until when reception decides. */
	expiresAt: number;
	/** The time that became free; `null`: nobody had given it back. */
	openingId: string | null;
}

export interface BoardRows {
	clinic: Record<string, ClinicRow>;
	practitioners: Record<string, PractitionerRow>;
	rooms: Record<string, RoomRow>;
	support: Record<string, SupportRow>;
	services: Record<string, ServiceRow>;
	appointments: Record<string, AppointmentRow>;
	blocks: Record<string, BlockRow>;
	offers: Record<string, OfferRow>;
}

/** Names of the shared maps in a `people` document: of those who have visits, and of those who are offered times. */
export const PEOPLE_MAP = 'people';
export const OFFERED_MAP = 'offers';

/** `people` map, key: appointment id. */
export interface PersonRow {
	patientId: string;
	/** Family name first, as reception reads lists. */
	name: string;
	/** For a screen that others see. */
	firstName: string;
	/** `YYYY-MM-DD` */
	birthDate: string | null;
	phone: string | null;
	email: string | null;
	remark: string;
	/** Why the visit lies where the rules would not have it. */
	overrideReason: string | null;
}

/** The same map in a masked `people` document: who a patient is cannot be told from it. */
export interface MaskedPersonRow {
	/** Given name first: `A. K.` */
	initials: string;
	birthYear: number | null;
	/** The last three digits of the phone; `null`: there is none, or too short a one. */
	phoneEnd: string | null;
}

/** `offers` map of a `people` document, key: offer id. A masked one has the `MaskedPersonRow` in its place. */
export interface OfferedPersonRow {
	patientId: string;
	/** Family name first. */
	name: string;
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
	/** Everybody's visits, for those who may not know who the patients are. */
	| { kind: 'masked-people'; clinicId: string; date: string; epoch: string }
	| { kind: 'desk'; userId: string; deviceId: string }
	| KeptName;

/** Documents that are rebuilt on every load, under an epoch. */
export type BoardDocumentName = Extract<
	DocumentName,
	{ kind: 'board' | 'people' | 'masked-people' }
>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The epoch that a browser asks for when it knows none: always refused with the one in force. */
export const NO_EPOCH = 'none';
/** Stands in a `people` document's name where the practitioner would. */
const MASKED = 'masked';
const EPOCH = /^[0-9a-z]{1,32}$/;

/** @returns whether it is a board, or the people of one */
export function isOfBoard(name: DocumentName): name is BoardDocumentName {
	return name.kind === 'board' || name.kind === 'people' || name.kind === 'masked-people';
}

/** The name of the document as sent over the socket. Inverse of `parseDocumentName`. */
export function documentName(name: DocumentName): string {
	if (isKept(name)) return keptName(name);
	switch (name.kind) {
		case 'board':
			return `board/${name.clinicId}/${name.date}/${name.epoch}`;
		case 'people': {
			const all = `people/${name.clinicId}/${name.date}/${name.epoch}`;
			return name.practitionerId === null ? all : `${all}/${name.practitionerId}`;
		}
		case 'masked-people':
			return `people/${name.clinicId}/${name.date}/${name.epoch}/${MASKED}`;
		case 'desk':
			return `desk/${name.userId}/${name.deviceId}`;
	}
}

/** @returns the parts of a name that came from outside, or `null` when it names no document. */
export function parseDocumentName(text: string): DocumentName | null {
	if (text.length > 200) return null;
	const kept = parseKeptName(text);
	if (kept) return kept;
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
	if (kind === 'people' && parts.length === 5 && fourth === MASKED) {
		return { kind: 'masked-people', clinicId: first, date: second, epoch: third };
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
