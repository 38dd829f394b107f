import { describe, expect, it } from 'vitest';
import type { AppointmentRow } from '#domain/board/documents.ts';
import type { Intent } from '#domain/scheduling/intents.ts';
import { visitFrom, type PendingIntent } from '#web/lib/board/visit.ts';

const row: AppointmentRow = {
	...{ startsAt: 1_000, durationMinutes: 20, practitionerId: 'a', roomId: 'r', serviceId: 's' },
	...{ status: 'booked', newPatient: false, source: 'reception', revision: 3 }
};
const moveTo = (startsAt: number, id = `to-${startsAt}`): Intent => ({
	...{ id, madeAt: 0, kind: 'move', appointmentId: 'v', basedOnRevision: 3 },
	changes: { startsAt }
});
const drawn = (...pendings: PendingIntent[]) => visitFrom('v', row, null, pendings, () => 15);

describe('a visit with what somebody asked for', () => {
	it('is as the server has it when nothing was asked', () => {
		expect(drawn()).toEqual({
			...row,
			...{ id: 'v', person: null, state: 'settled', refusedIntentId: null }
		});
	});

	it('lies where it was dropped, marked as pending', () => {
		const pending = drawn({ intent: moveTo(2_000), state: 'waiting' });
		expect(pending).toMatchObject({ startsAt: 2_000, state: 'pending' });
	});

	it('stays there between the verdict and the row, and is settled by the row', () => {
		const accepted = { intent: moveTo(2_000), state: 'accepted' } as const;
		expect(drawn({ ...accepted, revision: 4 })).toMatchObject({
			startsAt: 2_000,
			state: 'pending'
		});
		expect(drawn({ ...accepted, revision: 3 })).toMatchObject({
			startsAt: 1_000,
			state: 'settled'
		});
	});

	it('is back where it was when refused, and knows by what', () => {
		const refused = drawn({ intent: moveTo(2_000, 'no'), state: 'refused' });
		expect(refused).toMatchObject({ startsAt: 1_000, state: 'refused', refusedIntentId: 'no' });
	});

	it('takes several wishes in their order', () => {
		const twice = drawn(
			{ intent: moveTo(2_000), state: 'waiting' },
			{ intent: moveTo(3_000), state: 'waiting' }
		);
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
		const asked = visitFrom('v', null, null, [{ intent: booking, state: 'waiting' }], () => 15);
		expect(asked).toMatchObject({ startsAt: 5_000, durationMinutes: 15, state: 'pending' });
		expect(
			visitFrom('v', null, null, [{ intent: booking, state: 'refused' }], () => 15)
		).toBeNull();
	});
});
