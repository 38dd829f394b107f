import { describe, expect, it } from 'vitest';
import { documentName, NO_EPOCH, type DocumentName } from '#domain/board/documents.ts';
import { filledOrganization } from '../factories/filled-organization.ts';
import { useSyncClinic } from '../support/sync-clinic.ts';

const DATE = '2040-01-04';
const at = useSyncClinic();

type Kind = DocumentName['kind'];
type Place = {
	clinicId: string;
	userId: string;
	practitionerId: string;
	appointmentId: string;
	draftId: string;
};

/** Every kind of document, as it would be asked for. */
const NAMES: Record<Kind, (place: Place) => DocumentName[]> = {
	board: ({ clinicId }) => [{ kind: 'board', clinicId, date: DATE, epoch: NO_EPOCH }],
	people: ({ clinicId, practitionerId }) => [
		{ kind: 'people', clinicId, date: DATE, epoch: NO_EPOCH, practitionerId: null },
		{ kind: 'people', clinicId, date: DATE, epoch: NO_EPOCH, practitionerId }
	],
	'masked-people': ({ clinicId }) => [
		{ kind: 'masked-people', clinicId, date: DATE, epoch: NO_EPOCH }
	],
	desk: ({ userId }) => [{ kind: 'desk', userId, deviceId: crypto.randomUUID() }],
	handover: ({ clinicId }) => [{ kind: 'handover', clinicId, date: DATE }],
	'visit-note': ({ appointmentId }) => [{ kind: 'visit-note', appointmentId }],
	draft: ({ draftId }) => [{ kind: 'draft', draftId }]
};

describe("another organization's documents", () => {
	it.each(Object.keys(NAMES) as Kind[])('%s: none is opened', async (kind) => {
		const startsAt = Date.UTC(2040, 0, 4, 9);
		const { session } = await filledOrganization(at.fresh.database, startsAt);
		const other = await filledOrganization(at.fresh.database, startsAt);
		const client = at.connect(session);
		const place = {
			...{ clinicId: other.clinicId, userId: other.administrator.userId },
			...{ practitionerId: other.practitionerIds[0]!, appointmentId: other.appointmentId },
			draftId: other.draftId
		};
		for (const name of NAMES[kind](place)) {
			const answer = await client.open(documentName(name));
			expect(answer).toBe(kind === 'desk' ? 'forbidden' : 'not-found');
		}
	});
});
