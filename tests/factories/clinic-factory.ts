/** A small clinic in an organization of its own, made through the application's role. */
import type { Actor } from '#domain/access/actor.ts';
import type { ResourceKind } from '#domain/availability/resource-kinds.ts';
import { searchTextOf } from '#domain/directory/patient-search.ts';
import type { IntentOf } from '#domain/scheduling/intents.ts';
import type { Database } from '#db/database.ts';
import {
	clinics,
	equipment,
	organizations,
	patients,
	practitioners,
	practitionerServices,
	resources,
	roleAssignments,
	rooms,
	services,
	staffMembers,
	users,
	workingHours
} from '#db/schema/index.ts';
import { newSecret, sessionsOf } from '#db/sessions.ts';
import { inOrganization } from '#db/transaction.ts';

export interface ClinicOptions {
	practitioners?: number;
	rooms?: number;
	patients?: number;
	/** Minutes after the service's visits during which practitioner and room stay taken. */
	bufferAfterMinutes?: number;
	zone?: string;
	/** Anything else about the service. */
	service?: Partial<typeof services.$inferInsert>;
	/** One device and one member of staff for each kind that is named. */
	equipment?: string[];
	staff?: string[];
}

export interface Clinic {
	organizationId: string;
	clinicId: string;
	practitionerIds: string[];
	roomIds: string[];
	patientIds: string[];
	equipmentIds: string[];
	staffIds: string[];
	/** 20 minutes, any room, offered by everybody. */
	serviceId: string;
	/** Works Monday to Sunday, 08:00 to 17:00 local time, as do the rooms. */
	receptionist: Actor;
}

const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());

/** Makes the clinic. Everybody works every day from 08:00 to 17:00. */
export async function clinicFactory(
	database: Database,
	options: ClinicOptions = {}
): Promise<Clinic> {
	const organizationId = crypto.randomUUID();
	const clinicId = crypto.randomUUID();
	const serviceId = crypto.randomUUID();
	const practitionerIds = ids(options.practitioners ?? 2);
	const roomIds = ids(options.rooms ?? 2);
	const patientIds = ids(options.patients ?? 5);
	const equipmentIds = ids(options.equipment?.length ?? 0);
	const staffIds = ids(options.staff?.length ?? 0);
	const inOrg = { organizationId };
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction
			.insert(organizations)
			.values({ id: organizationId, name: 'Clinic group', importKey: organizationId });
		await transaction.insert(resources).values({ ...inOrg, id: clinicId, kind: 'clinic' });
		await transaction.insert(clinics).values({
			...{ ...inOrg, id: clinicId, name: 'North', importKey: 'north' },
			zone: options.zone ?? 'Europe/London'
		});
		const resource = (kind: ResourceKind) => (id: string) => ({
			...inOrg,
			...{ id, kind }
		});
		await transaction
			.insert(resources)
			.values([
				...practitionerIds.map(resource('practitioner')),
				...roomIds.map(resource('room')),
				...patientIds.map(resource('patient')),
				...equipmentIds.map(resource('equipment')),
				...staffIds.map(resource('staff'))
			]);
		await transaction.insert(practitioners).values(
			practitionerIds.map((id, i) => ({
				...{ ...inOrg, id, name: `Dr ${String.fromCharCode(65 + i)}`, importKey: `doctor-${i}` }
			}))
		);
		await transaction.insert(rooms).values(
			roomIds.map((id, i) => ({
				...{ ...inOrg, id, clinicId, name: `Room ${i + 1}` },
				...{ kind: 'consulting', importKey: `room-${i}` }
			}))
		);
		const named = (names: string[], keys: string[]) =>
			keys.map((id, i) => ({
				...{ ...inOrg, id, name: `${names[i]} ${i + 1}` },
				...{ kind: names[i]!, importKey: id }
			}));
		if (equipmentIds.length > 0) {
			const devices = named(options.equipment!, equipmentIds);
			await transaction.insert(equipment).values(devices.map((one) => ({ ...one, clinicId })));
		}
		if (staffIds.length > 0) {
			await transaction.insert(staffMembers).values(named(options.staff!, staffIds));
		}
		await transaction.insert(services).values({
			...{ ...inOrg, id: serviceId, name: 'Check-up', durationMinutes: 20, hue: 200 },
			bufferAfterMinutes: options.bufferAfterMinutes ?? 0,
			roomBufferAfterMinutes: options.bufferAfterMinutes ?? 0,
			importKey: 'check-up',
			...options.service
		});
		await transaction
			.insert(practitionerServices)
			.values(practitionerIds.map((practitionerId) => ({ ...inOrg, practitionerId, serviceId })));
		await transaction.insert(workingHours).values(
			[...practitionerIds, ...roomIds, ...staffIds].flatMap((resourceId) =>
				[1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
					...{ ...inOrg, id: crypto.randomUUID(), resourceId, clinicId, weekday },
					...{ kind: 'work' as const, startMinute: 480, endMinute: 1020 }
				}))
			)
		);
		await transaction.insert(patients).values(
			patientIds.map((id, i) => {
				const familyName = `Patient${i}`;
				const person = {
					...{ familyName, givenName: 'Anna', birthDate: '1980-01-01' },
					...{ phone: null, email: null }
				};
				return {
					...{ ...inOrg, ...person, id },
					...{ searchText: searchTextOf(person), importKey: `patient-${i}` }
				};
			})
		);
	});
	const made = {
		...{ organizationId, clinicId, practitionerIds, roomIds, patientIds, serviceId },
		...{ equipmentIds, staffIds }
	};
	return { ...made, receptionist: await staffFactory(database, made, { role: 'receptionist' }) };
}

/**
 * Makes a member of staff. No password fits the account: tests that sign in by form use the demo's.
 * @returns the actor, as a request of theirs would be worked out
 */
export async function staffFactory(
	database: Database,
	{ organizationId }: { organizationId: string },
	{
		role,
		clinicId = null,
		practitionerId = null,
		patientId = null
	}: {
		/** A built-in one, or the key of one that the test made. */
		role: string;
		clinicId?: string | null;
		practitionerId?: string | null;
		patientId?: string | null;
	}
): Promise<Actor> {
	const userId = crypto.randomUUID();
	const name = `Staff ${userId.slice(0, 4)}`;
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction.insert(users).values({
			...{ organizationId, id: userId, name },
			...{ email: `${userId}@staff.example`, passwordHash: 'none' }
		});
		await transaction.insert(roleAssignments).values({
			...{ organizationId, id: crypto.randomUUID(), userId },
			...{ role, clinicId, practitionerId, patientId }
		});
	});
	const roles = [{ role, clinicId, practitionerId, patientId }];
	return { userId, name, organizationId, roles, sessionId: null, origin: null };
}

/** @returns the secret of a new session of `actor`, as the cookie carries it. */
export async function sessionFactory(database: Database, actor: Actor): Promise<string> {
	const session = await sessionsOf(database).createSession(
		actor.userId,
		{ organizationId: actor.organizationId, device: 'test' },
		{ sessionId: newSecret() }
	);
	return session.id;
}

export interface Booking {
	startsAt: number;
	/** Places in the clinic's lists. */
	practitioner?: number;
	room?: number;
	patient?: number;
}

/** @returns an intent to book a visit of the clinic's service, with fresh ids. */
export function bookingOf(clinic: Clinic, booking: Booking): IntentOf<'book'> {
	return {
		kind: 'book',
		id: crypto.randomUUID(),
		madeAt: 0,
		appointmentId: crypto.randomUUID(),
		changes: {
			clinicId: clinic.clinicId,
			serviceId: clinic.serviceId,
			practitionerId: clinic.practitionerIds[booking.practitioner ?? 0]!,
			roomId: clinic.roomIds[booking.room ?? 0]!,
			patientId: clinic.patientIds[booking.patient ?? 0]!,
			startsAt: booking.startsAt
		}
	};
}
