/** Changing what is offered and with what: services, rooms, devices and staff. */
import { and, eq } from 'drizzle-orm';
import { announce } from '../../db/announcements.ts';
import type { Database } from '../../db/database.ts';
import {
	clinics,
	equipment,
	events,
	practitionerServices,
	resources,
	rooms,
	services,
	staffMembers
} from '../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../db/sql-state.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import {
	hasBookings,
	lockResource,
	Refused,
	visitsToCome
} from '../availability/commands/guards.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import type { NewResource, ServiceInput } from './service-input.ts';

/** Adds a service, or changes one; visits that are booked keep their length. */
export async function saveService(
	database: Database,
	actor: Actor,
	{ id: known, offeredBy, ...input }: ServiceInput
): Promise<Result<{ id: string }>> {
	const { organizationId } = actor;
	const everywhere = { organizationId, clinicId: null, practitionerId: null };
	if (!authorize(actor, 'service.write', everywhere)) return refuse('not-allowed');
	const id = known ?? crypto.randomUUID();
	return inTransaction(database, actor, async (transaction, tell) => {
		if (known === undefined) {
			await transaction.insert(services).values({ ...input, organizationId, id, importKey: id });
		} else {
			const changed = await transaction
				.update(services)
				.set(input)
				.where(and(eq(services.organizationId, organizationId), eq(services.id, id)))
				.returning({ id: services.id });
			if (changed.length === 0) return refuse('not-found', { field: 'id' });
		}
		await transaction
			.delete(practitionerServices)
			.where(
				and(
					eq(practitionerServices.organizationId, organizationId),
					eq(practitionerServices.serviceId, id)
				)
			);
		if (offeredBy.length > 0) {
			await transaction
				.insert(practitionerServices)
				.values(offeredBy.map((offer) => ({ ...offer, organizationId, serviceId: id })));
		}
		const everyClinic = await transaction
			.select({ id: clinics.id })
			.from(clinics)
			.where(eq(clinics.organizationId, organizationId));
		for (const clinic of everyClinic) {
			await tell({ clinicId: clinic.id, id, kind: 'service' });
		}
		return accept({ id });
	});
}

/** Adds a room or device to a clinic, or somebody to the staff. */
export async function addResource(
	database: Database,
	actor: Actor,
	{ clinicId, type, name, kind }: NewResource
): Promise<Result<{ id: string }>> {
	const { organizationId } = actor;
	if (!authorize(actor, 'hours.write', { organizationId, clinicId, practitionerId: null })) {
		return refuse('not-allowed');
	}
	const id = crypto.randomUUID();
	const row = { organizationId, id, name, kind, importKey: id };
	return inTransaction(database, actor, async (transaction, tell) => {
		await transaction.insert(resources).values({ organizationId, id, kind: type });
		if (type === 'staff') await transaction.insert(staffMembers).values(row);
		else await transaction.insert(type === 'room' ? rooms : equipment).values({ ...row, clinicId });
		await tell({ clinicId, id, kind: `${type}-added` });
		return accept({ id });
	});
}

/** Takes a room, device or member of staff out of use; refused while visits are booked into it. */
export async function removeResource(
	database: Database,
	actor: Actor,
	{ clinicId, resourceId }: { clinicId: string; resourceId: string },
	now: number = Date.now()
): Promise<Result<null>> {
	const { organizationId } = actor;
	if (!authorize(actor, 'hours.write', { organizationId, clinicId, practitionerId: null })) {
		return refuse('not-allowed');
	}
	return inTransaction(database, actor, async (transaction, tell) => {
		await lockResource(transaction, resourceId);
		const [found] = await transaction
			.select({ kind: resources.kind, hoursRevision: resources.hoursRevision })
			.from(resources)
			.where(and(eq(resources.organizationId, organizationId), eq(resources.id, resourceId)));
		const table = found && TABLES[found.kind];
		if (!table) return refuse('not-found', { field: 'resourceId' });
		const place = { clinicId, resourceId, kind: found.kind, zone: '' };
		const booked = await visitsToCome(transaction, organizationId, place, now);
		if (booked.length > 0) return hasBookings(resourceId, booked);
		const removed = await transaction
			.update(table)
			.set({ removed: true })
			.where(
				and(
					...[eq(table.organizationId, organizationId), eq(table.id, resourceId)],
					// Staff belong to the organization; rooms and devices to the clinic that was authorized.
					...('clinicId' in table ? [eq(table.clinicId, clinicId)] : [])
				)
			)
			.returning({ id: table.id });
		if (removed.length === 0) return refuse('not-found', { field: 'resourceId' });
		// Whoever judged by it a moment ago judges again.
		await transaction
			.update(resources)
			.set({ hoursRevision: found.hoursRevision + 1 })
			.where(and(eq(resources.organizationId, organizationId), eq(resources.id, resourceId)));
		await tell({ clinicId, id: resourceId, kind: 'removed' });
		return accept(null);
	});
}

const TABLES: Partial<
	Record<typeof resources.$inferSelect.kind, typeof rooms | typeof equipment | typeof staffMembers>
> = { room: rooms, equipment, staff: staffMembers };

/** Writes down what changed at a clinic. */
type Tell = (change: { clinicId: string; id: string; kind: string }) => Promise<void>;

/**
 * A refusal undoes what was done before it; an id of another organization is not found. Boards of the clinics that
 * were told of read their columns again after the commit.
 */
async function inTransaction<T>(
	database: Database,
	actor: Actor,
	work: (transaction: Transaction, tell: Tell) => Promise<Result<T>>
): Promise<Result<T>> {
	const { organizationId, userId, origin } = actor;
	const requestId = origin?.requestId ?? crypto.randomUUID();
	const told = new Set<string>();
	try {
		const done = await forActor(database, actor, async (transaction) => {
			const result = await work(transaction, async ({ clinicId, id, kind }) => {
				told.add(clinicId);
				await transaction.insert(events).values({
					...{ organizationId, actorUserId: userId, requestId },
					...{ subjectKind: 'setup', subjectId: id, kind, clinicId, before: null, after: { id } }
				});
			});
			if (!result.ok) throw new Refused(result);
			return result;
		});
		for (const id of told) announce(database, { o: organizationId, b: [], kind: 'setup', id });
		return done;
	} catch (fault) {
		if (fault instanceof Refused) return fault.refusal;
		if (sqlStateOf(fault) === SQL_STATE.foreignKeyViolation) return refuse('not-found');
		throw fault;
	}
}
