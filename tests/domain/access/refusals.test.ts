import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { Refusals } from '#domain/access/commands/refusals.ts';
import { clinicFactory, staffFactory, type Clinic } from '../../factories/clinic-factory.ts';
import { auditRows } from '../../support/audit-rows.ts';
import { freshDatabase, type FreshDatabase } from '../../support/test-postgres.ts';
import { until } from '../../support/until.ts';

let fresh: FreshDatabase;
let clinic: Clinic;
beforeAll(async () => {
	fresh = await freshDatabase();
	clinic = await clinicFactory(fresh.database);
});
afterAll(() => fresh?.drop());

const onFault = (fault: unknown) => {
	throw fault;
};
const somebody = () => staffFactory(fresh.database, clinic, { role: 'receptionist' });
async function detailsOf({ userId }: Actor) {
	const rows = await auditRows(fresh.database, clinic.organizationId, 'refused');
	return rows.filter(({ actorUserId }) => actorUserId === userId).map(({ detail }) => detail);
}

it('writes a loop’s attempts down one by one at first, then as one row with their number', async () => {
	const refusals = new Refusals(fresh.database, { onFault });
	const [loop, other] = [await somebody(), await somebody()];
	await Promise.all(
		Array.from({ length: 500 }, (_, i) => refusals.note(loop, { detail: { attempt: i } }))
	);
	await refusals.note(other, { detail: { attempt: 0 } });
	expect(await detailsOf(loop)).toHaveLength(60);
	expect(await detailsOf(other)).toEqual([{ attempt: 0 }]);
	await refusals.close();
	const details = await detailsOf(loop);
	expect(details).toHaveLength(61);
	expect(details.at(-1)).toEqual({ more: 440 });
	expect(await detailsOf(other)).toHaveLength(1);
});

it('begins anew when the minute is over, after the row with the number', async () => {
	const refusals = new Refusals(fresh.database, { onFault, perMinute: 2, minuteMs: 50 });
	const loop = await somebody();
	for (let i = 0; i < 5; i++) void refusals.note(loop, { detail: { attempt: i } });
	await until(async () => (await detailsOf(loop)).length === 3, 'the row with the number');
	expect((await detailsOf(loop)).at(-1)).toEqual({ more: 3 });
	await refusals.note(loop, { detail: { attempt: 5 } });
	expect((await detailsOf(loop)).at(-1)).toEqual({ attempt: 5 });
	await refusals.close();
});

it('tells of what it could not write, and does not throw', async () => {
	const faults: unknown[] = [];
	const refusals = new Refusals(fresh.database, { onFault: (fault) => faults.push(fault) });
	const nobody = { ...(await somebody()), userId: crypto.randomUUID() };
	await refusals.note(nobody, { detail: {} });
	expect(faults).toHaveLength(1);
	await refusals.close();
});
