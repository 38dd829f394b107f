/** Trying what may be known of the waitlist and changed on it. */
import { and, eq, isNull } from 'drizzle-orm';
import { waitlistOffers } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import type { Permission } from '#domain/access/permissions.ts';
import type { Result } from '#domain/scheduling/refusals.ts';
import { changeEntry } from '#domain/waitlist/commands/change-entry.ts';
import { importWaitlist } from '#domain/waitlist/commands/import.ts';
import { joinWaitlist, leaveWaitlist } from '#domain/waitlist/commands.ts';
import { entryWishSchema } from '#domain/waitlist/entry.ts';
import { waitingQuerySchema } from '#domain/waitlist/panel.ts';
import { waitingFigures } from '#domain/waitlist/queries/figures.ts';
import { searchWaitlist } from '#domain/waitlist/queries/panel.ts';
import { listWaitlist, readEntriesOf } from '#domain/waitlist/queries.ts';
import { approveOffer } from '#domain/waitlist/commands/approve-offer.ts';
import { bookEntry } from '#domain/waitlist/commands/book-entry.ts';
import { offerByHand } from '#domain/waitlist/commands/offer-by-hand.ts';
import { skipOffer } from '#domain/waitlist/commands/skip-offer.ts';
import { listOffers } from '#domain/waitlist/queries/offers.ts';
import { readOfferHistory } from '#domain/waitlist/queries/offer-history.ts';
import { askPage, callApi } from './asking.ts';
import type { Place, Probe } from './probe.ts';
import { DATE, type Somebody, type World } from './world.ts';

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
			...{ name: 'query searchWaitlist', about: 'organization' },
			async ask(world, { actor }) {
				const query = waitingQuerySchema.parse({});
				return (await searchWaitlist(world.database, actor, query)).ok;
			}
		},
		{
			...{ name: 'query waitingFigures', about: 'organization' },
			ask: async (world, { actor }) => (await waitingFigures(world.database, actor)).ok
		},
		{
			...{ name: 'query readEntriesOf', about: 'organization' },
			async ask(world, { actor }, place) {
				const { actor: administrator } = world.people['organization-administrator'];
				await joinWaitlist(world.database, administrator, newEntry(world, place));
				const patientIds = [world.patientOf(place.whose)];
				return (await readEntriesOf(world.database, actor, patientIds, 'en')).length > 0;
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
		...['/waitlist', '/waitlist/choices', '/waitlist/figures'].map((route) => ({
			...{ name: `page ${route}`, about: 'organization' as const, route },
			ask: async (world: World, somebody: Somebody) =>
				(await askPage(world, somebody, route)).status === 200
		})),
		{
			...{ name: 'POST /waitlist/search', about: 'organization', route: '/waitlist/search' },
			ask: async (world, somebody) =>
				(await askPage(world, somebody, '/waitlist/search', {})).status === 200
		},
		{
			...{ name: 'GET the count', about: 'clinic', needs: ['board.read'] },
			route: '/board/[clinicId]/waitlist',
			ask: async (world, somebody, { where }) =>
				(await askPage(world, somebody, `/board/${world.clinicOf(where)}/waitlist`)).status === 200
		},
		{
			...{ name: 'POST whom a time suits', about: 'clinic', needs: ['board.read'] },
			route: '/board/[clinicId]/waitlist/matches',
			async ask(world, somebody, { where }) {
				const startsAt = Date.UTC(2040, 0, 9, 12);
				const path = `/board/${world.clinicOf(where)}/waitlist/matches`;
				const time = { practitionerId: world.practitionerOf('other'), startsAt };
				const body = { ...time, endsAt: startsAt + 3_600_000 };
				return (await askPage(world, somebody, path, body)).status === 200;
			}
		},
		{
			...{ name: 'POST the times of an entry', about: 'clinic', needs: ['board.read'] },
			route: '/board/[clinicId]/waitlist/times',
			// Who may read entries is told that there is none like this; others learn nothing.
			async ask(world, somebody, { where }) {
				const { actor } = world.people['organization-administrator'];
				const place: Place = { where, whose: 'other' };
				const joined = await joinWaitlist(world.database, actor, newEntry(world, place));
				const entryId = joined.ok ? joined.value.id : nowhere;
				const path = `/board/${world.clinicOf(where)}/waitlist/times`;
				return (await askPage(world, somebody, path, { entryId, date: DATE })).status === 200;
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
			...{ name: 'command changeEntry', about: 'organization' },
			async ask(world, { actor }) {
				const wish = entryWishSchema(TODAY).parse(wishIn(world));
				const change = { id: nowhere, revision: 1, wish };
				const changed = await changeEntry(world.database, actor, change);
				return !changed.ok && changed.refusal.code !== 'not-allowed';
			}
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
			...{ name: 'POST /waitlist/entries', about: 'organization', route: '/waitlist/entries' },
			async ask(world, somebody, { whose }) {
				const body = { patientId: world.patientOf(whose), wish: wishIn(world) };
				return (await askPage(world, somebody, '/waitlist/entries', body)).status === 200;
			}
		},
		{
			...{ name: 'POST /waitlist/entries/{id}', about: 'organization' },
			route: '/waitlist/entries/[entryId]',
			// Who may take some off is told that this one is not there.
			ask: async (world, somebody) =>
				(await askPage(world, somebody, `/waitlist/entries/${nowhere}`, { do: 'take-off' }))
					.status === 404
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
	],
	'waitlist.offer': [
		{
			...{ name: 'query listOffers', about: 'clinic' },
			ask: async (world, { actor }, { where }) =>
				(await listOffers(world.database, actor, { clinicId: world.clinicOf(where), ...ALL })).ok
		},
		{
			...{ name: 'command approveOffer', about: 'clinic' },
			ask: async (world, { actor }, place) =>
				isGiven(await approveOffer(world.database, actor, await newOffer(world, place)))
		},
		{
			...{ name: 'command skipOffer', about: 'clinic' },
			async ask(world, { actor }, place) {
				const offerId = await newOffer(world, place);
				return isGiven(await skipOffer(world.database, actor, { offerId, reason: 'Is away' }));
			}
		},
		{
			...{ name: 'command offerByHand', about: 'clinic' },
			async ask(world, { actor }, place) {
				const made = await offerByHand(world.database, actor, byHand(world, place));
				return made.ok || made.refusal.code !== 'not-allowed';
			}
		},
		{
			...{ name: 'command bookEntry', about: 'clinic', needs: ['appointment.book'] },
			async ask(world, { actor }, place) {
				const { entryId, time } = byHand(world, place);
				const wish = { entryId, time, intentId: crypto.randomUUID() };
				const verdict = await bookEntry(world.database, actor, wish);
				return verdict.outcome !== 'refused' || verdict.refusal.code !== 'not-allowed';
			}
		},
		{
			...{ name: 'endpoint of an offer', about: 'clinic', route: '/waitlist/offers/[offerId]' },
			async ask(world, somebody, place) {
				const path = `/waitlist/offers/${await newOffer(world, place)}`;
				const body = { do: 'skip', reason: 'Is away' };
				return (await askPage(world, somebody, path, body)).status === 200;
			}
		},
		{
			...{ name: 'GET /waitlist/offers', about: 'clinic', operation: 'listOffers' },
			async ask(world, somebody, place) {
				const offerId = await newOffer(world, place);
				const answer = await callApi(world, somebody, 'listOffers', {});
				return JSON.stringify(answer.body).includes(offerId);
			}
		},
		{
			...{ name: 'POST /waitlist/offers', about: 'clinic', operation: 'offerTime' },
			async ask(world, somebody, place) {
				const { entryId, reason, time } = byHand(world, place);
				const body = { entryId, reason, ...time, startsAt: new Date(time.startsAt).toISOString() };
				return (await callApi(world, somebody, 'offerTime', {}, body)).status !== 403;
			}
		},
		{
			...{ name: 'POST /waitlist/offers/{id}/approve', about: 'clinic' },
			operation: 'approveOffer',
			async ask(world, somebody, place) {
				const params = { id: await newOffer(world, place) };
				const { status } = await callApi(world, somebody, 'approveOffer', params);
				return status !== 403 && status !== 404;
			}
		},
		{
			...{ name: 'POST /waitlist/offers/{id}/skip', about: 'clinic', operation: 'skipOffer' },
			async ask(world, somebody, place) {
				const params = { id: await newOffer(world, place) };
				const answer = await callApi(world, somebody, 'skipOffer', params, { reason: 'Is away' });
				return answer.status !== 403 && answer.status !== 404;
			}
		}
	]
} satisfies Partial<Record<Permission, Probe[]>>;

const DAY_MS = 86_400_000;
/** Whatever is offered soon. */
const ALL = { from: 0, until: Date.now() + 30 * DAY_MS };

const isGiven = (result: Result<unknown>) =>
	result.ok || (result.refusal.code !== 'not-allowed' && result.refusal.code !== 'not-found');

/** A wish that is understood; whether anybody waits or the time is free is another matter. */
const byHand = (world: World, { where }: Place) => ({
	...{ entryId: nowhere, reason: 'Has called' },
	time: {
		...{ clinicId: world.clinicOf(where), practitionerId: world.practitionerOf('other') },
		...{ roomId: world.clinic.roomIds[0]!, startsAt: Date.UTC(2040, 0, 9, 12) }
	}
});

/** @returns a new offer that waits for reception, at the place's clinic */
async function newOffer(world: World, { where }: Place): Promise<string> {
	const { database, clinic } = world;
	const { organizationId, serviceId } = clinic;
	const { actor } = world.people['organization-administrator'];
	const [id, patientId] = [crypto.randomUUID(), world.patientOf('other')];
	const place: Place = { where, whose: 'other' };
	const joined = await joinWaitlist(database, actor, newEntry(world, place));
	if (!joined.ok) throw new Error(JSON.stringify(joined));
	const entryId = joined.value.id;
	await inOrganization(database, organizationId, async (transaction) => {
		// Nobody is offered two times at once.
		await transaction
			.update(waitlistOffers)
			.set({ state: 'withdrawn', endedAt: new Date() })
			.where(and(eq(waitlistOffers.entryId, entryId), isNull(waitlistOffers.endedAt)));
		const startsAt = new Date(Math.ceil(Date.now() / DAY_MS + 2) * DAY_MS + DAY_MS / 2);
		await transaction.insert(waitlistOffers).values({
			...{ organizationId, id, entryId, patientId, state: 'proposed', way: 'engine' },
			...{ clinicId: world.clinicOf(where), practitionerId: world.practitionerOf('other') },
			...{ roomId: clinic.roomIds[0]!, serviceId, holdId: crypto.randomUUID(), startsAt },
			...{ durationMinutes: 20, expiresAt: startsAt }
		});
	});
	return id;
}
