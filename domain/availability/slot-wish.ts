/** What the search for free times is asked, and what it goes by. */
import type { Busy } from '../scheduling/resource-situation.ts';
import type { ServiceNeeds } from '../scheduling/visit-time.ts';
import type { RefusalCode } from '../scheduling/refusals.ts';
import type { ResourceHours } from './working-hours.ts';

/** A service that is looked for. */
export interface SlotService {
	id: string;
	needs: ServiceNeeds;
	/** How long it takes with each of those who offer it. */
	minutesOf: ReadonlyMap<string, number>;
}

/** What is looked for on a day. */
export interface SlotWish {
	/** One visit each, back to back, in whatever order works; the given one is preferred. */
	services: readonly SlotService[];
	/** Epoch milliseconds: nothing earlier is free. */
	notBefore: number;
	/** Only visits that begin and end within these minutes after local midnight; over 1440: on the next day. */
	hours: { fromMinute: number; untilMinute: number };
	/** Starts on full steps after local midnight; a multiple of five minutes. */
	stepMinutes: number;
}

/** A clinic on one day, with those who could do it. */
export interface ClinicDay {
	clinicId: string;
	/** IANA zone. */
	zone: string;
	/** The clinic's local date, `YYYY-MM-DD`. */
	date: string;
	practitionerIds: readonly string[];
	/** The preferred one first. */
	rooms: readonly { id: string; kind: string }[];
	support: readonly { id: string; kind: 'equipment' | 'staff'; capability: string }[];
	/** Of the clinic (by its own id), practitioners, rooms and support. */
	hours: ReadonlyMap<string, ResourceHours>;
	/** What is taken around the day, by resource. */
	taken: ReadonlyMap<string, readonly Busy[]>;
	/** `null` where the patient is not known. */
	patientId: string | null;
}

/** How much of the doctors' time each rule removes, in minutes of possible starts. */
export type Removed = Partial<Record<RefusalCode, number>>;
