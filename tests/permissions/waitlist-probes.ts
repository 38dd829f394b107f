/** Trying what may be known of the waitlist and changed on it. */
import type { Permission } from '#domain/access/permissions.ts';
import { importWaitlist } from '#domain/waitlist/commands/import.ts';
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import { listWaitlist, readEntriesOf } from '#domain/waitlist/queries.ts';
import { askPage, callApi } from './asking.ts';
import type { Place, Probe } from './probe.ts';
import type { Somebody, World } from './world.ts';

const TODAY = Temporal.Now.plainDateISO('UTC').toString();

const wishIn = (world: World) => ({
	...{ serviceId: world.clinic.serviceId, firstDate: TODAY, lastDate: TODAY }
});
const newEntry = (world: World, { whose }: Place) => ({
	...({ patientId: world.patientOf(whose), source: 'reception', again: 'replace' } as const),
	wish: entryWishSchema(TODAY).parse(wishIn(world))
});

/** No entry has it: who may take some off is told so. */
const nowhere = '00000000-0000-4000-8000-000000000000';

export const WAITLIST_PROBES = {
	'waitlist.read': [
		{
			...{ name: 'query listWaitlist', about: 'organization' },
			ask: async (world, { actor }) => (await listWaitlist(world.database, actor)).ok
		},
		{
			...{ name: 'query readEntriesOf', about: 'organization' },
			async ask(world, { actor }, place) {
				const { actor: administrator } = world.people['organization-administrator'];
				await joinWaitlist(world.database, administrator, newEntry(world, place));
				const patientIds = [world.patientOf(place.whose)];
				return (await readEntriesOf(world.database, actor, patientIds)).length > 0;
			}
		},
		{
			...{ name: 'GET /waitlist', about: 'organization', operation: 'listWaitlist' },
			ask: async (world, somebody) =>
				(await callApi(world, somebody, 'listWaitlist', {})).status === 200
		}
	],
	'waitlist.write': [
		{
			...{ name: 'command joinWaitlist', about: 'organization' },
			ask: async (world, { actor }, place) =>
				(await joinWaitlist(world.database, actor, newEntry(world, place))).ok
		},
		{
			...{ name: 'command leaveWaitlist', about: 'organization' },
			async ask(world, { actor }) {
				const left = await leaveWaitlist(world.database, actor, nowhere);
				return !left.ok && left.refusal.code !== 'not-allowed';
			}
		},
		{
			...{ name: 'command importWaitlist', about: 'organization' },
			async ask(world, { actor }) {
				const asked = { mode: 'add', columns: null, order: null } as const;
				return importWaitlist(world.database, actor, Buffer.from('name\n'), asked).ok;
			}
		},
		...['/waitlist/import', '/waitlist/import/template'].map((route) => ({
			...{ name: `page ${route}`, about: 'organization' as const, route },
			ask: async (world: World, somebody: Somebody) =>
				(await askPage(world, somebody, route)).status === 200
		})),
		{
			...{ name: 'POST /waitlist/import/run', about: 'organization' },
			route: '/waitlist/import/run',
			// Who may import is told that this is no request for one.
			ask: async (world, somebody) =>
				(await askPage(world, somebody, '/waitlist/import/run', {})).status === 400
		},
		{
			...{ name: 'POST /waitlist', about: 'organization', operation: 'joinWaitlist' },
			async ask(world, somebody, { whose }) {
				const body = { ...wishIn(world), patientId: world.patientOf(whose) };
				return (await callApi(world, somebody, 'joinWaitlist', {}, body)).status !== 403;
			}
		},
		{
			...{ name: 'DELETE /waitlist/{id}', about: 'organization', operation: 'leaveWaitlist' },
			ask: async (world, somebody) =>
				(await callApi(world, somebody, 'leaveWaitlist', { id: nowhere })).status !== 403
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;
