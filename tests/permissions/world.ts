/**
 * One organization with two clinics, somebody in every role at the first of them, and a running Dayboard: where every
 * cell of the permission table is tried.
 */
import { afterAll, beforeAll } from 'vitest';
import type { Database } from '#db/database.ts';
import { clinics, resources, rooms, workingHours } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Actor } from '#domain/access/actor.ts';
import { BUILT_IN_ROLES, type BuiltInRole } from '#domain/access/permissions.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import {
	bookingOf,
	clinicFactory,
	sessionFactory,
	staffFactory,
	type Clinic
} from '../factories/clinic-factory.ts';
import { startDayboard, type RunningDayboard } from '../support/dayboard.ts';
import { Client, honestHeaders } from '../support/sync-client.ts';
import { freshDatabase, type FreshDatabase } from '../support/test-postgres.ts';
import { tokenFor } from '../web/api/api-client.ts';

/** Where something is, seen from a role that was given for the first clinic. */
export type Where = 'own' | 'other';
/** Whose it is, seen from whoever is the first practitioner, or the first patient. */
export type Whose = 'own' | 'other';

export const DATE = '2040-01-04';
const MIDNIGHT = Date.UTC(2040, 0, 4);
const HOUR_MS = 3_600_000;
const at = (hour: number) => MIDNIGHT + hour * HOUR_MS;

export interface Somebody {
	role: BuiltInRole;
	actor: Actor;
	session: string;
	token: string;
	/** A browser of theirs. */
	client: Client;
}

export interface World {
	database: Database;
	dayboard: RunningDayboard;
	clinic: Clinic;
	people: Record<BuiltInRole, Somebody>;
	clinicOf(where: Where): string;
	practitionerOf(whose: Whose): string;
	patientOf(whose: Whose): string;
	visitOf(where: Where, whose: Whose): string;
	blockOf(where: Where, whose: Whose): string;
	/** When the practitioner of a clinic is blocked. */
	blockedAt(where: Where): number;
	/** An account of somebody who works at that clinic alone: nobody signs in with it. */
	colleagueOf(where: Where): Actor;
}

/** Registers the hooks that start and end it. What it returns is filled before the first test. */
export function useWorld(): World {
	const world = {} as World & { fresh: FreshDatabase };
	beforeAll(async () => {
		world.fresh = await freshDatabase();
		world.database = world.fresh.database;
		await fill(world);
		world.dayboard = await startDayboard({ scale: 'none', databaseUrl: world.fresh.url });
		const host = `localhost:${world.dayboard.port}`;
		for (const somebody of Object.values(world.people)) {
			somebody.client = new Client(host, honestHeaders(host, somebody.session));
		}
	}, 300_000);
	afterAll(async () => {
		for (const { client } of Object.values(world.people)) client.close();
		await world.dayboard.close();
		await world.fresh.drop();
	});
	return world;
}

async function fill(world: World): Promise<void> {
	const { database } = world;
	const clinic = (world.clinic = await clinicFactory(database));
	const south = await secondClinic(database, clinic);
	const places = { own: clinic.clinicId, other: south.clinicId };
	const place = (list: string[], whose: Whose) => list[whose === 'own' ? 0 : 1]!;
	const visits = new Map<string, string>();
	const blocks = new Map<string, string>();
	const colleagues = {
		own: await staffFactory(database, clinic, { role: 'receptionist', clinicId: places.own }),
		other: await staffFactory(database, clinic, { role: 'receptionist', clinicId: places.other })
	};
	Object.assign(world, {
		clinicOf: (where: Where) => places[where],
		practitionerOf: (whose: Whose) => place(clinic.practitionerIds, whose),
		patientOf: (whose: Whose) => place(clinic.patientIds, whose),
		visitOf: (where: Where, whose: Whose) => visits.get(`${where}/${whose}`)!,
		blockOf: (where: Where, whose: Whose) => blocks.get(`${where}/${whose}`)!,
		blockedAt: (where: Where) => at(where === 'own' ? 14 : 15),
		colleagueOf: (where: Where) => colleagues[where]
	});
	world.people = await everybody(database, clinic);
	const administrator = world.people['organization-administrator'].actor;
	const perform = async (intent: Intent) => {
		const verdict = await carryOut(database, administrator, intent, { now: at(-48) });
		if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
	};
	for (const where of ['own', 'other'] as const) {
		for (const whose of ['own', 'other'] as const) {
			const person = whose === 'own' ? 0 : 1;
			const booking = bookingOf(clinic, {
				...{ startsAt: at(where === 'own' ? 9 : 11), practitioner: person, patient: person },
				room: person
			});
			visits.set(`${where}/${whose}`, booking.appointmentId);
			const room = where === 'own' ? {} : { roomId: south.roomIds[person]! };
			await perform({
				...booking,
				changes: { ...booking.changes, clinicId: places[where], ...room }
			});
			const blockId = crypto.randomUUID();
			blocks.set(`${where}/${whose}`, blockId);
			await perform({
				...{ kind: 'block', id: crypto.randomUUID(), madeAt: 0, blockId },
				changes: {
					...{ clinicId: places[where], resourceId: world.practitionerOf(whose) },
					...{ startsAt: world.blockedAt(where), durationMinutes: 30, kind: 'meeting' }
				}
			});
		}
	}
}

async function everybody(
	database: Database,
	clinic: Clinic
): Promise<Record<BuiltInRole, Somebody>> {
	const people: Partial<Record<BuiltInRole, Somebody>> = {};
	for (const role of BUILT_IN_ROLES) {
		const actor = await staffFactory(database, clinic, {
			...{ role, clinicId: clinic.clinicId },
			practitionerId: role === 'doctor' ? clinic.practitionerIds[0]! : null,
			patientId: role === 'patient' ? clinic.patientIds[0]! : null
		});
		people[role] = {
			...{ role, actor, session: await sessionFactory(database, actor) },
			token: await tokenFor(database, actor),
			client: undefined as never
		};
	}
	return people as Record<BuiltInRole, Somebody>;
}

async function secondClinic(
	database: Database,
	{ organizationId, practitionerIds }: Clinic
): Promise<{ clinicId: string; roomIds: string[] }> {
	const clinicId = crypto.randomUUID();
	const roomIds = [crypto.randomUUID(), crypto.randomUUID()];
	await inOrganization(database, organizationId, async (transaction) => {
		await transaction
			.insert(resources)
			.values([
				{ organizationId, id: clinicId, kind: 'clinic' },
				...roomIds.map((id) => ({ organizationId, id, kind: 'room' as const }))
			]);
		await transaction.insert(clinics).values({
			...{ organizationId, id: clinicId, name: 'South', importKey: 'south' },
			zone: 'Europe/London'
		});
		await transaction.insert(rooms).values(
			roomIds.map((id, i) => ({
				...{ organizationId, id, clinicId, name: `South ${i + 1}` },
				...{ kind: 'consulting', importKey: id }
			}))
		);
		await transaction.insert(workingHours).values(
			[...practitionerIds, ...roomIds].flatMap((resourceId) =>
				[1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
					...{ organizationId, id: crypto.randomUUID(), resourceId, clinicId, weekday },
					...{ kind: 'work' as const, startMinute: 480, endMinute: 1020 }
				}))
			)
		);
	});
	return { clinicId, roomIds };
}
