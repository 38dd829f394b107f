/** Times that are kept for the waitlist, as every open board shows them. */
import { expect, it } from 'vitest';
import { eq } from 'drizzle-orm';
import { announce } from '#db/announcements.ts';
import { waitlistEntries, waitlistOffers, waitlistOpenings } from '#db/schema/index.ts';
import { inOrganization } from '#db/transaction.ts';
import { documentName } from '#domain/board/documents.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';
import { until } from '../support/until.ts';

const DATE = '2027-01-04';
const STARTS = Date.UTC(2027, 0, 4, 10);

const at = useSyncClinic({ practitioners: 2, rooms: 2, patients: 5 });

/** Two offers of one opening. @returns their ids */
async function offerTwice(): Promise<[string, string]> {
	const { organizationId, clinicId, practitionerIds, roomIds, serviceId, patientIds } = at.clinic;
	const [openingId, ...ids] = Array.from({ length: 3 }, () => crypto.randomUUID());
	await inOrganization(at.fresh.database, organizationId, async (transaction) => {
		const place = { clinicId, practitionerId: practitionerIds[0]!, roomId: roomIds[0]! };
		await transaction.insert(waitlistOpenings).values({
			...{ organizationId, id: openingId!, ...place, cause: 'cancelled', state: 'offered' },
			...{ startsAt: new Date(STARTS), endsAt: new Date(STARTS + 1_800_000), nextAt: null }
		});
		for (const [i, id] of ids.entries()) {
			const entryId = crypto.randomUUID();
			await transaction.insert(waitlistEntries).values({
				...{ organizationId, id: entryId, patientId: patientIds[i]!, serviceId },
				...{ urgency: 'soon', firstDate: DATE, lastDate: DATE, weekdays: 127, fromMinute: 0 },
				...{ untilMinute: 1_440, noticeMinutes: 0, source: 'reception' },
				madeBy: at.clinic.receptionist.userId
			});
			await transaction.insert(waitlistOffers).values({
				...{ organizationId, id, openingId: openingId!, entryId, patientId: patientIds[i]! },
				...{ state: i === 0 ? 'proposed' : 'made', way: 'engine', ...place, serviceId },
				...{ startsAt: new Date(STARTS), durationMinutes: 30, expiresAt: new Date(STARTS) }
			});
		}
	});
	return ids as [string, string];
}

const tell = (id: string) =>
	announce(at.fresh.database, {
		...{ o: at.clinic.organizationId, b: [[at.clinic.clinicId, DATE]], kind: 'offer', id }
	});

it('shows live ones, names only to those who may know, and what ends one ends its round', async () => {
	const { organizationId, clinicId, practitionerIds } = at.clinic;
	const client = at.connect();
	const epoch = await client.epochOf(clinicId, DATE);
	const place = { clinicId, date: DATE, epoch };
	const board = await client.mustOpen(documentName({ kind: 'board', ...place }));
	const people = await client.mustOpen(
		documentName({ kind: 'people', ...place, practitionerId: null })
	);
	const shown = () => board.document.getMap('offers').toJSON();
	const named = () => people.document.getMap('offers').toJSON();
	expect(shown()).toEqual({});
	const [first, second] = await offerTwice();
	// Told of one, the others of its opening are read too.
	tell(first);
	await until(() => Object.keys(shown()).length === 2, 'both offers to be shown');
	expect(shown()[first]).toEqual({
		...{ startsAt: STARTS, durationMinutes: 30, practitionerId: practitionerIds[0] },
		...{ roomId: at.clinic.roomIds[0], serviceId: at.clinic.serviceId, state: 'proposed' },
		...{ expiresAt: STARTS, openingId: expect.any(String) as string }
	});
	expect(JSON.stringify(shown())).not.toContain(at.clinic.patientIds[0]);
	await until(() => Object.keys(named()).length === 2, 'their names');
	expect(named()[first]).toEqual({
		...{ patientId: at.clinic.patientIds[0], name: expect.any(String) as string }
	});
	// Whoever opens the board now reads the same.
	const other = await at.connect().mustOpen(documentName({ kind: 'board', ...place }));
	expect(other.document.getMap('offers').toJSON()).toEqual(shown());
	await inOrganization(at.fresh.database, organizationId, (transaction) =>
		transaction
			.update(waitlistOffers)
			.set({ state: 'lost', endedAt: new Date() })
			.where(eq(waitlistOffers.organizationId, organizationId))
	);
	tell(second);
	await until(() => Object.keys({ ...shown(), ...named() }).length === 0, 'them to be gone');
});
