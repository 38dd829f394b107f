import { expect, it } from 'vitest';
import type { Actor } from '#domain/access/actor.ts';
import { saveRole } from '#domain/access/commands/roles.ts';
import { changeAccount, closeAccount } from '#domain/access/commands/staff.ts';
import { CLOSE } from '#sync-server/close-codes.ts';
import { sessionFactory, staffFactory } from '../factories/clinic-factory.ts';
import { closeOf, honestSocket } from '../support/sync-client.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';

const at = useSyncClinic();

const LIMIT_MS = 5_000;

/** An open socket of somebody. @returns how it ends, and after how long */
async function socketOf(actor: Actor) {
	const token = await sessionFactory(at.fresh.database, actor);
	const closed = closeOf(await honestSocket(at.under.host, token));
	return async () => {
		const start = performance.now();
		const end = await closed;
		return { ...end, isSoon: performance.now() - start < LIMIT_MS };
	};
}
const ENDED = { ...CLOSE.sessionEnded, isSoon: true };
const administrator = () =>
	staffFactory(at.fresh.database, at.clinic, { role: 'organization-administrator' });

it('whoever has a role of the organization’s own is cut off when it is changed', async () => {
	const { database } = at.fresh;
	const actor = await administrator();
	const grants = { 'board.read': 'clinic', 'people.read': 'clinic' } as const;
	const made = await saveRole(database, actor, { name: 'Night', grants });
	if (!made.ok) throw new Error(made.refusal.code);
	const { key } = made.value;
	const ended = await socketOf(await staffFactory(database, at.clinic, { role: key }));
	const untouched = await honestSocket(at.under.host, at.token);
	await saveRole(database, actor, { key, name: 'Night', grants: { 'board.read': 'clinic' } });
	expect(await ended()).toEqual(ENDED);
	expect(untouched.readyState).toBe(untouched.OPEN);
	untouched.close();
});

it('whoever loses a role is cut off, and so is whoever is given another', async () => {
	const { database } = at.fresh;
	const actor = await administrator();
	for (const roles of [[], [{ role: 'support', clinicId: null, practitionerId: null }]]) {
		const somebody = await staffFactory(database, at.clinic, { role: 'receptionist' });
		const ended = await socketOf(somebody);
		const { userId, name } = somebody;
		expect(await changeAccount(database, actor, { userId, name, roles })).toMatchObject({
			ok: true
		});
		expect(await ended()).toEqual(ENDED);
	}
});

it('whoever’s account is closed is cut off at once', async () => {
	const { database } = at.fresh;
	const somebody = await staffFactory(database, at.clinic, { role: 'receptionist' });
	const ended = await socketOf(somebody);
	await closeAccount(database, await administrator(), somebody.userId);
	expect(await ended()).toEqual(ENDED);
});
