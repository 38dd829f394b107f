/** Takes and gives back holds. They are no events: nothing is booked, and they end by themselves. */
import { and, eq } from 'drizzle-orm';
import { insertHold, type PlannedHold } from '../../../db/holds.ts';
import { readSituation } from '../../../db/command-path.ts';
import type { Database } from '../../../db/database.ts';
import { holds } from '../../../db/schema/index.ts';
import { SQL_STATE, sqlStateOf } from '../../../db/sql-state.ts';
import { forActor, partOf, type Transaction } from '../../../db/transaction.ts';
import type { Actor } from '../../access/actor.ts';
import { authorize } from '../../access/authorize.ts';
import { findAlternatives } from '../../availability/queries/alternatives.ts';
import { HOLD_MINUTES, holdOwnerOf, MAX_HOLDS, type Hold, type HoldWish } from '../holds.ts';
import { MINUTE_MS } from '../intervals.ts';
import { judgePlacement } from '../placement.ts';
import { claimedInterval, type ClaimedKind } from '../visit-time.ts';
import { accept, refuse, type Refusal, type Result } from '../refusals.ts';
import { endedHolds, situationFrom, type ReadSituation } from '../situation.ts';

const MAX_ATTEMPTS = 8;

export interface HoldTerms {
	/** Epoch milliseconds; left out: as long as a form takes. */
	expiresAt?: number;
}

/**
 * Keeps a time for the actor, in place of those of their own that it meets.
 * @returns the hold, or why the time cannot be kept, with the nearest that can
 */
export async function takeHold(
	database: Database,
	actor: Actor,
	wish: HoldWish,
	now: number = Date.now(),
	terms: HoldTerms = {}
): Promise<Result<Hold>> {
	const { organizationId } = actor;
	return hold(
		actor,
		wish,
		{ now, ...terms },
		{
			where: database,
			insert: (planned) => insertHold(database, organizationId, planned),
			async explain({ code, ...detail }, read) {
				if (!detail.obstacles) return refuse(code, detail);
				const alternatives = await findAlternatives(database, organizationId, {
					read: { ...read, patient: NOBODY },
					query: queryOf(wish),
					beholder: { holdOwner: holdOwnerOf(actor), now }
				});
				return refuse(code, { ...detail, alternatives });
			}
		}
	);
}

/**
 * The same within a transaction, on its own connection: the time is kept when it commits.
 * @returns the hold, or why the time cannot be kept
 */
export async function takeHoldWithin(
	transaction: Transaction,
	actor: Actor,
	wish: HoldWish,
	now: number,
	terms: HoldTerms
): Promise<Result<Hold>> {
	return hold(
		actor,
		wish,
		{ now, ...terms },
		{
			where: transaction,
			insert: (planned) =>
				partOf(transaction, () => insertHold(transaction, actor.organizationId, planned)),
			explain: async ({ code, ...detail }) => refuse(code, detail)
		}
	);
}

/** Where a time is kept, and what is said of one that cannot be. */
interface HoldGround {
	where: Database | Transaction;
	insert(planned: PlannedHold): ReturnType<typeof insertHold>;
	explain(refusal: Refusal, read: ReadSituation): Promise<Result<Hold>>;
}

async function hold(
	actor: Actor,
	wish: HoldWish,
	terms: HoldTerms & { now: number },
	{ where, insert, explain }: HoldGround
): Promise<Result<Hold>> {
	if (!mayHold(actor, wish)) return refuse('not-allowed');
	const owner = holdOwnerOf(actor);
	for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
		const read = await readSituation(where, actor.organizationId, queryOf(wish));
		const planned = plan(read, wish, { owner, ...terms });
		if (!planned.ok) return explain(planned.refusal, read);
		const kept = await keep(planned.value, insert);
		if (kept) return kept;
	}
	return refuse('too-busy');
}

function mayHold(actor: Actor, { clinicId, practitionerId }: HoldWish): boolean {
	const subject = { organizationId: actor.organizationId, clinicId, practitionerId };
	return authorize(actor, 'appointment.book', subject);
}

function queryOf({ clinicId, practitionerId, roomId, ...wish }: HoldWish) {
	return {
		...{ clinicId, practitionerId, roomId, serviceId: wish.serviceId, startsAt: wish.startsAt },
		...{ appointmentId: null, patientId: null },
		durationMinutes: wish.durationMinutes ?? null
	};
}

/** @returns what came of it; `null`: something changed since it was planned */
async function keep(
	planned: PlannedHold,
	insert: HoldGround['insert']
): Promise<Result<Hold> | null> {
	try {
		const outcome = await insert(planned);
		if (outcome === 'too-many') return refuse('too-many-holds');
		const { id, startsAt, endsAt, expiresAt } = planned;
		return outcome === 'held' ? accept({ id, startsAt, endsAt, expiresAt }) : null;
	} catch (error) {
		const state = sqlStateOf(error);
		if (state === SQL_STATE.uniqueViolation) return refuse('reused-key', { field: 'id' });
		if (state !== SQL_STATE.exclusionViolation) throw error;
		return null;
	}
}

/** Gives a time back before it is due. @returns `not-found` for what the actor does not keep (any more) */
export async function releaseHold(
	database: Database,
	actor: Actor,
	holdId: string
): Promise<Result<null>> {
	return forActor(database, actor, (transaction) => releaseHoldWithin(transaction, actor, holdId));
}

/** The same within a transaction. */
export async function releaseHoldWithin(
	transaction: Transaction,
	actor: Actor,
	holdId: string
): Promise<Result<null>> {
	const released = await transaction
		.delete(holds)
		.where(
			and(
				eq(holds.organizationId, actor.organizationId),
				eq(holds.id, holdId),
				eq(holds.owner, holdOwnerOf(actor))
			)
		)
		.returning({ id: holds.id });
	return released.length > 0 ? accept(null) : refuse('not-found', { field: 'holdId' });
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** It is not known yet whom the time is for. */
const NOBODY = { id: NIL_UUID, established: false, birthDate: null, sex: null };

function plan(
	read: ReadSituation,
	wish: HoldWish,
	{ now, owner, expiresAt }: HoldTerms & { now: number; owner: string }
): Result<PlannedHold> {
	const { clinic, service, practitioner, room } = read;
	const missing = (field: string): Result<never> => refuse('not-found', { field });
	if (!clinic) return missing('clinicId');
	if (!service) return missing('serviceId');
	if (!practitioner) return missing('practitionerId');
	if (!room || room.clinicId !== clinic.id) return missing('roomId');
	const beholder = { holdOwner: owner, now };
	const known = { ...read, clinic, service, practitioner, room, patient: NOBODY };
	const situation = situationFrom(known, wish.startsAt, beholder);
	const durationMinutes = wish.durationMinutes ?? practitioner.durationMinutes;
	const time = { startsAt: wish.startsAt, durationMinutes };
	const judged = judgePlacement(time, situation);
	if (!judged.ok) {
		const { code, field, ...detail }: Refusal = judged.refusal;
		return refuse(code, { ...detail, ...(field ? { field: field.replace('changes.', '') } : {}) });
	}
	const claim = (resourceId: string, kind: ClaimedKind) => ({
		resourceId,
		...claimedInterval(time, service, kind)
	});
	const support = read.support.filter(({ id }) => judged.value.supportIds.includes(id));
	const claims = [
		claim(practitioner.id, 'practitioner'),
		claim(room.id, 'room'),
		...support.map(({ id, kind }) => claim(id, kind))
	];
	return accept({
		...{ id: wish.id ?? crypto.randomUUID(), owner, most: MAX_HOLDS },
		...{ clinicId: clinic.id, practitionerId: practitioner.id },
		...{ roomId: room.id, serviceId: service.id },
		startsAt: time.startsAt,
		endsAt: time.startsAt + durationMinutes * MINUTE_MS,
		expiresAt: expiresAt ?? now + HOLD_MINUTES * MINUTE_MS,
		place: judged.value.place,
		shared: [clinic.id],
		hours: [clinic, practitioner, room, ...support].map(({ id, hoursRevision }) => ({
			...{ id, revision: hoursRevision }
		})),
		endHolds: endedHolds(read.claims, beholder, claims),
		claims
	});
}
