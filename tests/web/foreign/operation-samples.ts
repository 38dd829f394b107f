/** For each operation of the HTTP interface a request that works, with ids of one organization alone. */
import type { FilledOrganization } from '../../factories/filled-organization.ts';

export interface SampleRequest {
	params?: Record<string, string>;
	body?: unknown;
	/** `If-Match`. */
	revision?: number;
}

type Sample = (organization: FilledOrganization) => SampleRequest;

const DAY = '2040-01-04';
const TODAY = Temporal.Now.plainDateISO('UTC').toString();
const onVisit =
	(body: (organization: FilledOrganization) => unknown): Sample =>
	(organization) => ({
		params: { id: organization.appointmentId },
		...{ body: body(organization), revision: 1 }
	});
const place = ({ clinicId, serviceId, practitionerIds, roomIds }: FilledOrganization) => ({
	...{ clinicId, serviceId, practitionerId: practitionerIds[0]!, roomId: roomIds[1]! }
});
const placeFor = (organization: FilledOrganization) => ({
	...{ ...place(organization), patientId: organization.patientIds[1]! }
});

/** By operation id. A test fails when one is missing. Those that end what they are about come last. */
export const OPERATION_SAMPLES: Record<string, Sample> = {
	listClinics: () => ({}),
	readOpenApi: () => ({}),
	readBoard: ({ clinicId }) => ({ params: { id: clinicId, date: DAY } }),
	searchPatients: () => ({ body: { text: 'patient' } }),
	searchSlots: ({ clinicId, serviceId, practitionerIds, patientIds }) => ({
		body: {
			...{ clinicIds: [clinicId], serviceIds: [serviceId], practitionerIds },
			...{ patientId: patientIds[0], from: DAY, days: 2, limit: 5 }
		}
	}),
	bookAppointment: (organization) => ({
		body: { ...placeFor(organization), startsAt: `${DAY}T12:00:00Z` }
	}),
	bookSeries: (organization) => ({
		body: {
			...{ ...placeFor(organization), startsAt: '2040-02-06T12:00:00Z' },
			rule: 'FREQ=WEEKLY;COUNT=2'
		}
	}),
	holdTime: (organization) => ({
		body: { ...place(organization), startsAt: '2040-01-05T12:00:00Z' }
	}),
	listWaitlist: () => ({}),
	joinWaitlist: ({ patientIds, serviceId, clinicId, practitionerIds }) => ({
		body: {
			...{ patientId: patientIds[1], serviceId, clinicIds: [clinicId], practitionerIds },
			...{ firstDate: TODAY, lastDate: TODAY }
		}
	}),
	listOffers: () => ({}),
	offerTime: ({ entryId, clinicId, practitionerIds, roomIds }) => ({
		body: {
			...{ entryId, clinicId, practitionerId: practitionerIds[0], roomId: roomIds[0] },
			...{ startsAt: '2040-01-07T12:00:00Z', reason: 'Has called three times' }
		}
	}),
	approveOffer: ({ offerId }) => ({ params: { id: offerId } }),
	skipOffer: ({ offerId }) => ({ params: { id: offerId }, body: { reason: 'Is in hospital' } }),
	leaveWaitlist: ({ entryId }) => ({ params: { id: entryId } }),
	blockTime: ({ clinicId, practitionerIds }) => ({
		body: {
			...{ clinicId, resourceId: practitionerIds[0], kind: 'meeting' },
			...{ startsAt: '2040-01-06T12:00:00Z', endsAt: '2040-01-06T12:30:00Z' }
		}
	}),
	readAppointment: ({ appointmentId }) => ({ params: { id: appointmentId } }),
	readBlock: ({ blockId }) => ({ params: { id: blockId } }),
	confirmAppointment: onVisit(() => ({ confirmed: true })),
	checkInAppointment: onVisit(() => ({ by: 'link' })),
	remarkAppointment: onVisit(() => ({ remark: 'Comes by bus' })),
	moveAppointment: onVisit(({ practitionerIds, roomIds }) => ({
		...{ startsAt: `${DAY}T14:00:00Z`, practitionerId: practitionerIds[0], roomId: roomIds[1] }
	})),
	moveAppointments: ({ appointmentId, practitionerIds, roomIds }) => ({
		body: {
			moves: [
				{
					...{ id: appointmentId, revision: 1, startsAt: `${DAY}T15:00:00Z` },
					...{ practitionerId: practitionerIds[0], roomId: roomIds[0] }
				}
			]
		}
	}),
	resizeAppointment: onVisit(() => ({
		...{ startsAt: `${DAY}T09:00:00Z`, endsAt: `${DAY}T09:40:00Z` }
	})),
	setAppointmentStatus: onVisit(() => ({ status: 'arrived' })),
	cancelAppointment: onVisit(() => ({ reason: 'other' })),
	unblockTime: ({ blockId }) => ({ params: { id: blockId }, revision: 1 }),
	releaseTime: ({ holdId }) => ({ params: { id: holdId } })
};
