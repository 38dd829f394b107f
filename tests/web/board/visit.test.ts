import { describe, expect, it } from 'vitest';
import type { AppointmentRow } from '#domain/board/documents.ts';
import type { Intent, Part } from '#domain/scheduling/intents.ts';
import { pendingParts, visitFrom, type PendingPart } from '#web/lib/board/visit.ts';

const row: AppointmentRow = {
	...{ startsAt: 1_000, durationMinutes: 20, practitionerId: 'a', roomId: 'r', serviceId: 's' },
	...{ status: 'booked', newPatient: false, source: 'reception', revision: 3 },
	...{ supportIds: [], overridden: false, repeats: false, walkIn: false, place: null },
	...{ arrivedAt: null, wentInAt: null, doneAt: null }
};
const moveTo = (startsAt: number, id = `to-${startsAt}`): Intent => ({
	...{ id, madeAt: 0, kind: 'move', appointmentId: 'v', basedOnRevision: 3 },
	changes: { startsAt }
});
/** How an intent fares: waiting, accepted with a revision, or refused. */
const pending = (intent: Intent, revision?: number | 'refused'): PendingPart[] => {
	const about = { intentId: intent.id };
	if (revision === undefined) return pendingParts(intent);
	return revision === 'refused'
		? pendingParts(intent, { ...about, outcome: 'refused', refusal: { code: 'room-busy' } })
		: pendingParts(intent, { ...about, outcome: 'accepted', subjectId: 'v', revision });
};
const service = () => ({ durationMinutes: 15, places: 1 });
const drawn = (...pendings: PendingPart[][]) => visitFrom('v', row, null, pendings.flat(), service);

describe('a visit with what somebody asked for', () => {
	it('is as the server has it when nothing was asked', () => {
		expect(drawn()).toEqual({
			...row,
			...{ id: 'v', person: null, state: 'settled', refusedIntentId: null }
		});
	});

	it('lies where it was dropped, marked as pending', () => {
		expect(drawn(pending(moveTo(2_000)))).toMatchObject({ startsAt: 2_000, state: 'pending' });
	});

	it('stays there between the verdict and the row, and is settled by the row', () => {
		expect(drawn(pending(moveTo(2_000), 4))).toMatchObject({
			startsAt: 2_000,
			state: 'pending'
		});
		expect(drawn(pending(moveTo(2_000), 3))).toMatchObject({
			startsAt: 1_000,
			state: 'settled'
		});
	});

	it('is back where it was when refused, and knows by what', () => {
		const refused = drawn(pending(moveTo(2_000, 'no'), 'refused'));
		expect(refused).toMatchObject({ startsAt: 1_000, state: 'refused', refusedIntentId: 'no' });
	});

	it('takes several wishes in their order', () => {
		const twice = drawn(pending(moveTo(2_000)), pending(moveTo(3_000)));
		expect(twice?.startsAt).toBe(3_000);
	});

	it('is drawn before it exists, with the length of its service', () => {
		const booking: Intent = {
			...{ id: 'b', madeAt: 0, kind: 'book', appointmentId: 'v' },
			changes: {
				...{ clinicId: 'c', patientId: 'p', serviceId: 's', practitionerId: 'a', roomId: 'r' },
				startsAt: 5_000
			}
		};
		const asked = visitFrom('v', null, null, pending(booking), service);
		expect(asked).toMatchObject({ startsAt: 5_000, durationMinutes: 15, state: 'pending' });
		expect(visitFrom('v', null, null, pending(booking, 'refused'), service)).toBeNull();
	});

	it('shows why only where it was refused itself, of several that were asked for together', () => {
		const part = (appointmentId: string): Part => ({
			...{ kind: 'move', appointmentId, basedOnRevision: 3 },
			changes: { startsAt: 2_000 }
		});
		const both: Intent = {
			...{ id: 'both', madeAt: 0, kind: 'together' },
			parts: [part('v'), part('w')]
		};
		const refused = pendingParts(both, {
			...{ intentId: 'both', outcome: 'refused' },
			refusal: {
				code: 'some-refused',
				parts: [{ subjectId: 'w', refusal: { code: 'room-busy' } }]
			}
		});
		expect(visitFrom('v', row, null, refused.slice(0, 1), service)).toMatchObject({
			...{ startsAt: 1_000, state: 'settled', refusedIntentId: null }
		});
		expect(visitFrom('w', row, null, refused.slice(1), service)).toMatchObject({
			...{ startsAt: 1_000, state: 'refused', refusedIntentId: 'both' }
		});
	});
});
