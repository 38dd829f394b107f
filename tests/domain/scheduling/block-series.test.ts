/** Blocks that were taken every week, and which of them come after one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weeklyBlocks } from '#domain/scheduling/block-moves.ts';
import { carryOut } from '#domain/scheduling/commands.ts';
import type { Intent, PartOf } from '#domain/scheduling/intents.ts';
import { blocksFrom } from '#domain/scheduling/queries/block-series.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { at, nextDay, NOW } from './clinic-desk.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database, { practitioners: 2, rooms: 1, patients: 1 });
});
afterAll(() => fresh.drop());

async function send(intent: object): Promise<void> {
	const whole = { id: crypto.randomUUID(), madeAt: 0, ...intent } as Intent;
	const verdict = await carryOut(fresh.database, clinic.receptionist, whole, { now: NOW });
	if (verdict.outcome !== 'accepted') throw new Error(JSON.stringify(verdict));
}

/** A break at noon, for four weeks. @returns the blocks */
async function blockWeekly(practitioner: number): Promise<PartOf<'block'>[]> {
	const startsAt = at(nextDay(), 12);
	const first: PartOf<'block'> = {
		...{ kind: 'block', blockId: crypto.randomUUID() },
		changes: {
			...{ clinicId: clinic.clinicId, resourceId: clinic.practitionerIds[practitioner]! },
			...{ startsAt, durationMinutes: 30, kind: 'break' }
		}
	};
	const until = Temporal.Instant.fromEpochMilliseconds(startsAt)
		.toZonedDateTimeISO('UTC')
		.toPlainDate()
		.add({ weeks: 3 });
	const weekly = weeklyBlocks(first, until.toString(), 'Europe/London');
	if (!weekly.ok) throw new Error(weekly.refusal.code);
	return weekly.value;
}

const idsFrom = async (blockId: string, actor = clinic.receptionist) => {
	const found = await blocksFrom(fresh.database, actor, blockId);
	return found.ok ? found.value.map((one) => one.blockId) : found.refusal.code;
};

describe('a block that repeats', () => {
	it('is told with those after it, that are still there and of the same doctor', async () => {
		const own = await blockWeekly(0);
		const others = await blockWeekly(1);
		await send({ kind: 'together', parts: [...own, ...others] });
		const ids = own.map(({ blockId }) => blockId);
		expect(await idsFrom(ids[0]!)).toEqual(ids);
		expect(await idsFrom(ids[2]!)).toEqual(ids.slice(2));
		await send({ kind: 'unblock', blockId: ids[2], basedOnRevision: 1 });
		expect(await idsFrom(ids[1]!)).toEqual([ids[1], ids[3]]);
		expect(await idsFrom(ids[2]!)).toBe('not-found');
		// All of them in one.
		const found = await blocksFrom(fresh.database, clinic.receptionist, ids[1]!);
		if (!found.ok) throw new Error(found.refusal.code);
		const parts = found.value.map(({ blockId, revision }) => ({
			...{ kind: 'unblock', blockId, basedOnRevision: revision }
		}));
		await send({ kind: 'together', parts });
		expect(await idsFrom(ids[0]!)).toEqual([ids[0]]);
	});

	it('is another one when it was taken by itself, on the same weekday', async () => {
		const [one, later] = await blockWeekly(0);
		await send(one!);
		await send(later!);
		expect(await idsFrom(one!.blockId)).toEqual([one!.blockId]);
	});

	it('is not told to whoever may not give it back', async () => {
		const [one] = await blockWeekly(0);
		await send(one!);
		const doctor = await staffFactory(fresh.database, clinic, {
			...{ role: 'practitioner', practitionerId: clinic.practitionerIds[1]! }
		});
		expect(await idsFrom(one!.blockId, doctor)).toBe('not-found');
	});
});
