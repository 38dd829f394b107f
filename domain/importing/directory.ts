/** What rows of a file refer to: everything of the organization that has a key. Pure; read by `commands.ts`. */
import type { HoursException } from '../availability/exceptions.ts';
import type { ServiceNeeds } from '../scheduling/visit-time.ts';
import type { HoursRule } from './judge-hours.ts';

export interface Directory {
	clinics: Map<string, { id: string; zone: string }>;
	services: Map<string, ServiceNeeds & { id: string; durationMinutes: number }>;
	practitioners: Map<string, { id: string; name: string }>;
	rooms: Map<string, { id: string; name: string; kind: string; clinicId: string }>;
	patients: Map<string, { id: string; established: boolean }>;
	/** `practitionerId/serviceId` */
	offers: Set<string>;
	/** By resource. */
	hours: Map<string, HoursRule[]>;
	exceptions: (HoursException & { resourceId: string; clinicId: string })[];
}

/** @returns the reason for a key that nothing has: `is not the key of a room: "R9"`. */
export function unknownKey(noun: string, key: string): string {
	return `is not the key of a ${noun} that is known or could be taken: "${key}"`;
}
