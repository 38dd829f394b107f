/** Trying what may be known of the waitlist and changed on it. */
import type { Permission } from '#domain/access/permissions.ts';
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import { listWaitlist, readEntriesOf } from '#domain/waitlist/queries.ts';
import { readOfferHistory } from '#domain/waitlist/queries/offer-history.ts';
import { askPage, callApi } from './asking.ts';
import type { Place, Probe } from './probe.ts';
import type { World } from './world.ts';

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
			...{ name: 'query readOfferHistory', about: 'organization' },
			ask: async (world, { actor }) =>
				(await readOfferHistory(world.database, actor, { filter: {}, limit: 1 })).ok
		},
		{
			...{ name: 'GET the history of offers', about: 'organization', route: '/waitlist/offers' },
			ask: async (world, somebody) =>
				(await askPage(world, somebody, '/waitlist/offers')).status === 200
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
