/**
 * Changing when people and things are there. A change that would leave booked visits outside is refused with the list
 * of them: they are moved first. Bookings judged by the old hours are judged again (`hours_revision`).
 */
import { and, eq, sql } from 'drizzle-orm';
import { announce } from '../../db/announcements.ts';
import type { Database } from '../../db/database.ts';
import {
	clinics,
	events,
	hoursExceptions,
	resources,
	workingHours
} from '../../db/schema/index.ts';
import { forActor, type Transaction } from '../../db/transaction.ts';
import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { accept, refuse, type Result } from '../scheduling/refusals.ts';
import { hasBookings, lockResource, Refused, visitsToCome, type Place } from './commands/guards.ts';
import { openTime } from './commands/open-time.ts';
import type { ExceptionInput, WeeklyHoursInput } from './hours-input.ts';
import { visitsLeftOutside } from './judge-hours-change.ts';
import type { StoredHours } from './clinic-setup.ts';
import { selectHours } from './queries/hours.ts';
import { FIRST_YEAR, LAST_YEAR } from './local-day.ts';
import { hoursOf, type ReadHours } from './working-hours.ts';

type Step = (transaction: Transaction, stored: StoredHours, place: Place) => Promise<ReadHours>;

/** Puts `rules` in the place of all weekly hours that a resource has at a clinic. */
export function saveWeeklyHours(
	database: Database,
	actor: Actor,
	input: WeeklyHoursInput,
	now: number = Date.now()
): Promise<Result<null>> {
	return changeHours(database, actor, { ...input, event: 'hours' }, now, async (tx, stored) => {
		const own = { organizationId: actor.organizationId, ...placeOf(input) };
		await tx.delete(workingHours).where(isPlace(workingHours, actor.organizationId, input));
		if (input.rules.length > 0) {
			await tx
				.insert(workingHours)
				.values(input.rules.map((rule) => ({ ...rule, ...own, id: crypto.randomUUID() })));
		}
		const works = input.rules.some(({ kind }) => kind === 'work');
		return {
			...stored,
			rules: input.rules.map((rule) => ({ ...rule, resourceId: input.resourceId })),
			withHours: works ? [input.resourceId] : []
		};
	});
}

/** Adds a day off, a closure or an extra session. */
export function addException(
	database: Database,
	actor: Actor,
	input: ExceptionInput,
	now: number = Date.now()
): Promise<Result<null>> {
	return changeHours(database, actor, { ...input, event: 'exception' }, now, async (tx, stored) => {
		const { organizationId } = actor;
		await tx.insert(hoursExceptions).values({ ...input, organizationId, id: crypto.randomUUID() });
		return { ...stored, exceptions: [...stored.exceptions, input] };
	});
}

/** Takes an exception back; removing an extra session is refused while visits lie in it. */
export function removeException(
	database: Database,
	actor: Actor,
	input: { clinicId: string; resourceId: string; exceptionId: string },
	now: number = Date.now()
): Promise<Result<null>> {
	const change = { ...input, event: 'exception-removed' };
	return changeHours(database, actor, change, now, async (tx, stored) => {
		const removed = await tx
			.delete(hoursExceptions)
			.where(
				and(
					isPlace(hoursExceptions, actor.organizationId, input),
					eq(hoursExceptions.id, input.exceptionId)
				)
			)
			.returning({ id: hoursExceptions.id });
		if (removed.length === 0) throw new Refused(refuse('not-found', { field: 'exceptionId' }));
		return {
			...stored,
			exceptions: stored.exceptions.filter(({ id }) => id !== input.exceptionId)
		};
	});
}

const placeOf = ({ clinicId, resourceId }: { clinicId: string; resourceId: string }) => ({
	clinicId,
	resourceId
});

function isPlace(
	table: typeof workingHours | typeof hoursExceptions,
	organizationId: string,
	{ clinicId, resourceId }: { clinicId: string; resourceId: string }
) {
	return and(
		eq(table.organizationId, organizationId),
		eq(table.clinicId, clinicId),
		eq(table.resourceId, resourceId)
	);
}

async function changeHours(
	database: Database,
	actor: Actor,
	change: { clinicId: string; resourceId: string; event: string },
	now: number,
	step: Step
): Promise<Result<null>> {
	const { organizationId } = actor;
	const { clinicId, resourceId } = change;
	const subject = { organizationId, clinicId, practitionerId: resourceId };
	if (!authorize(actor, 'hours.write', subject)) return refuse('not-allowed');
	try {
		await forActor(database, actor, async (transaction) => {
			await lockResource(transaction, resourceId);
			const place = await findPlace(transaction, organizationId, change);
			const stored = await selectHours(transaction, {
				...{ organizationId, clinicId, resourceIds: [resourceId] },
				...{ from: `${FIRST_YEAR}-01-01`, until: `${LAST_YEAR}-12-31` }
			});
			const after = await step(transaction, stored, place);
			const changed = {
				before: hoursOf(stored, resourceId, place.kind),
				after: hoursOf(after, resourceId, place.kind)
			};
			const outside = visitsLeftOutside(
				await visitsToCome(transaction, organizationId, place, now),
				changed.before,
				changed.after,
				place.zone
			);
			if (outside.length > 0) throw new Refused(hasBookings(resourceId, outside));
			await openTime(transaction, organizationId, place, changed, now);
			await transaction
				.update(resources)
				.set({ hoursRevision: sql`${resources.hoursRevision} + 1` })
				.where(and(eq(resources.organizationId, organizationId), eq(resources.id, resourceId)));
			await transaction.insert(events).values({
				...{ organizationId, actorUserId: actor.userId },
				requestId: actor.origin?.requestId ?? crypto.randomUUID(),
				...{ subjectKind: 'setup', subjectId: resourceId, kind: change.event, clinicId },
				before: null,
				after: { resourceId }
			});
		});
	} catch (fault) {
		if (fault instanceof Refused) return fault.refusal;
		throw fault;
	}
	announce(database, { o: organizationId, b: [], kind: 'setup', id: clinicId });
	return accept(null);
}

async function findPlace(
	transaction: Transaction,
	organizationId: string,
	{ clinicId, resourceId }: { clinicId: string; resourceId: string }
): Promise<Place> {
	const [clinic] = await transaction
		.select({ zone: clinics.zone })
		.from(clinics)
		.where(and(eq(clinics.organizationId, organizationId), eq(clinics.id, clinicId)));
	if (!clinic) throw new Refused(refuse('not-found', { field: 'clinicId' }));
	const [resource] = await transaction
		.select({ kind: resources.kind })
		.from(resources)
		.where(and(eq(resources.organizationId, organizationId), eq(resources.id, resourceId)));
	const hasHours = resource && resource.kind !== 'patient';
	const isOwnClinic = resource?.kind !== 'clinic' || resourceId === clinicId;
	if (!hasHours || !isOwnClinic) throw new Refused(refuse('not-found', { field: 'resourceId' }));
	return { clinicId, resourceId, kind: resource.kind, zone: clinic.zone };
}
