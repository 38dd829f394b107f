/** What a clinic is set up with, as its screens show it. */
import type { HoursException } from './exceptions.ts';
import type { ResourceKind } from './resource-kinds.ts';
import type { ReadHours, WorkingHoursRule } from './working-hours.ts';

export interface StoredHours extends ReadHours {
	rules: (WorkingHoursRule & { id: string; resourceId: string })[];
	exceptions: (HoursException & { id: string; resourceId: string; note: string })[];
}

export interface SetupResource {
	id: string;
	kind: Exclude<ResourceKind, 'patient'>;
	name: string;
	/** Specialty, or what kind of room, device or staff. */
	detail: string;
}

export interface ClinicSetup {
	clinic: { id: string; name: string; zone: string };
	/** The clinic itself first, then doctors, rooms, equipment and staff, each by name. */
	resources: SetupResource[];
	/** Exceptions that are over are left out. */
	hours: StoredHours;
}
